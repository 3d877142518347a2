// The kinds of flags that several commands have, on CLI11.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

namespace mta {

// --mta: the collectors of this build, or auto.
void AddMtaFlag(CLI::App& app, std::string& mta);

// A word from a closed set, stored as what it stands for.
template <typename Value>
void AddChoice(CLI::App& app, const char* name, Value& value, const std::map<std::string, Value>& choices,
               const char* description) {
  std::vector<std::string> words;
  for (const auto& [word, meaning] : choices) words.push_back(word);
  app.add_option_function<std::string>(
         name, [&value, choices](const std::string& word) { value = choices.at(word); }, description)
      ->check(CLI::IsMember(words));
}

}  // namespace mta
