// For tests: a directory of its own under the temporary directory, which goes with the object.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mta {

class TestDirectory {
 public:
  TestDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "mta_test.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed: " + name);
    path_ = name;
  }
  ~TestDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;

  const std::string& path() const { return path_; }
  // The path of a name within.
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

  // Gives a file these bytes and no others.  Returns its path.
  std::string Write(std::string_view name, std::string_view bytes) const {
    return Put(name, bytes, std::ios::trunc);
  }
  std::string Append(std::string_view name, std::string_view bytes) const {
    return Put(name, bytes, std::ios::app);
  }

 private:
  std::string Put(std::string_view name, std::string_view bytes, std::ios::openmode mode) const {
    std::ofstream out(*this / name, std::ios::binary | std::ios::out | mode);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) throw std::runtime_error("cannot write " + *this / name);
    return *this / name;
  }

  std::string path_;
};

}  // namespace mta
