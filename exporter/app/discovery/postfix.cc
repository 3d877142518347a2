#include "exporter/app/discovery/postfix.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "exporter/app/discovery/selector.h"
#include "exporter/base/ascii.h"
#include "exporter/base/scanner.h"

namespace mta {
namespace {

constexpr size_t kMaxInstances = 256;
constexpr int kMaxExpansions = 16;  // of a value in a value
constexpr size_t kMaxValueBytes = 16384;

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool IsNameChar(char c) {
  return IsAlnum(c) || c == '_';
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

class MainCf {
 public:
  // postconf(5)'s defaults of what a log's name may be made of.
  MainCf(std::string_view text, const std::string& directory)
      : parameters_({{"config_directory", directory},
                     {"queue_directory", "/var/spool/postfix"},
                     {"data_directory", "/var/lib/postfix"},
                     {"syslog_facility", "mail"},
                     {"syslog_name", "${multi_instance_name?{$multi_instance_name}:{postfix}}"}}) {
    Scanner in(text);
    std::string logical;
    while (!in.done()) {
      const std::string_view line = in.TakeWhile([](char c) { return c != '\n'; });
      in.Take('\n');
      const std::string_view content = Trim(line);
      if (content.empty() || content.front() == '#') continue;  // also between continuation lines
      if (!IsSpace(line.front())) {
        Define(logical);
        logical.clear();
      }
      logical.append(logical.empty() ? "" : " ").append(content);
    }
    Define(logical);
  }

  std::string Get(const std::string& name) const {
    int left = kMaxExpansions;
    return Expand(Raw(name), left);
  }

 private:
  void Define(std::string_view logical) {
    const size_t equals = logical.find('=');
    if (equals == std::string_view::npos) return;
    parameters_[std::string(Trim(logical.substr(0, equals)))] = std::string(Trim(logical.substr(equals + 1)));
  }

  std::string Raw(const std::string& name) const {
    const auto found = parameters_.find(name);
    return found == parameters_.end() ? "" : found->second;
  }

  // `left` bounds the work: a parameter may name itself.
  std::string Expand(const std::string& value, int& left) const {
    std::string out;
    Scanner in(value);
    while (!in.done() && out.size() < kMaxValueBytes) {
      out += in.TakeWhile([](char c) { return c != '$'; });
      if (!in.Take('$')) break;
      if (in.Take('$')) {
        out += '$';
      } else if (--left >= 0) {
        out += ExpandReference(in, left);
      } else {
        break;
      }
    }
    return out;
  }

  // Behind the dollar sign.
  std::string ExpandReference(Scanner& in, int& left) const {
    if (in.peek() != '{' && in.peek() != '(') {
      const std::string name(in.TakeWhile(IsNameChar));
      return Expand(Raw(name), left);
    }
    Scanner inside(TakeBraced(in));
    const std::string name(inside.TakeWhile(IsNameChar));
    const std::string value = Expand(Raw(name), left);
    if (inside.Take('?')) {
      const std::string if_set = TakeBranch(inside);
      const std::string if_empty = inside.Take(':') ? TakeBranch(inside) : "";
      return Expand(value.empty() ? if_empty : if_set, left);
    }
    if (inside.Take(':')) return value.empty() ? Expand(TakeBranch(inside), left) : "";
    return value;
  }

  // "{text}" up to its closing brace, else all.
  static std::string TakeBranch(Scanner& in) {
    return std::string(in.peek() == '{' ? TakeBraced(in) : in.TakeRest());
  }

  // From the opening brace to behind the closing one; what stands between.
  static std::string_view TakeBraced(Scanner& in) {
    const std::string_view all = in.rest();
    int open = 0;
    for (size_t i = 0; i < all.size(); ++i) {
      if (all[i] == '{' || all[i] == '(') ++open;
      if ((all[i] == '}' || all[i] == ')') && --open == 0) {
        in.Skip(i + 1);
        return all.substr(1, i - 1);
      }
    }
    in.TakeRest();
    return all.substr(1);
  }

  std::map<std::string, std::string> parameters_;
};

PostfixInstance Describe(const MainCf& main_cf, const std::string& file) {
  PostfixInstance instance = {.config_file = file};
  instance.syslog_name = main_cf.Get("syslog_name");
  instance.facility = FacilityByName(main_cf.Get("syslog_facility")).value_or(kFacilityMail);
  instance.maillog_file = main_cf.Get("maillog_file");
  instance.queue_directory = main_cf.Get("queue_directory");
  return instance;
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> words;
  Scanner in(text);
  const auto separates = [](char c) { return IsSpace(c) || c == ','; };
  while (in.TakeWhile(separates), !in.done())
    words.emplace_back(in.TakeWhile([&](char c) { return !separates(c); }));
  return words;
}

}  // namespace

std::vector<PostfixInstance> FindPostfixInstances(DiscoveryFiles& files) {
  std::vector<PostfixInstance> instances;
  std::vector<std::string> directories = {"/etc/postfix", "/usr/local/etc/postfix", "/usr/pkg/etc/postfix"};
  const size_t defaults = directories.size();
  for (size_t i = 0; i < directories.size() && instances.size() < kMaxInstances; ++i) {
    const std::string file = directories[i] + "/main.cf";
    const auto text = files.Read(file);
    if (!text) continue;
    const MainCf main_cf(*text, directories[i]);
    instances.push_back(Describe(main_cf, file));
    if (i >= defaults) continue;  // only the default instance names others
    for (std::string& more : SplitList(main_cf.Get("multi_instance_directories"))) {
      if (std::find(directories.begin(), directories.end(), more) == directories.end())
        directories.push_back(std::move(more));
    }
  }
  return instances;
}

}  // namespace mta
