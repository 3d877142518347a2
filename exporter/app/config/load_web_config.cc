#include "exporter/app/config/load_web_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "exporter/app/config/values.h"
#include "exporter/app/config/yaml_file.h"
#include "exporter/front/password_checker.h"

namespace mta {
namespace {

constexpr size_t kMostWords = 100;
constexpr size_t kMostUsers = 1000;

// In the order of ClientAuth.
const std::vector<std::string> kClientAuthWords = {"NoClientCert", "RequestClientCert",
                                                   "RequireAnyClientCert", "VerifyClientCertIfGiven",
                                                   "RequireAndVerifyClientCert"};
const std::vector<std::string> kCurveWords = {"CurveP256", "CurveP384", "CurveP521", "X25519"};
const std::vector<std::string> kHeaderNames = {"Content-Security-Policy", "Strict-Transport-Security",
                                               "X-Content-Type-Options", "X-Frame-Options",
                                               "X-XSS-Protection"};

Result<TlsVersion> ParseTlsVersion(std::string_view word) {
  if (word == "TLS12") return TlsVersion::kTls12;
  if (word == "TLS13") return TlsVersion::kTls13;
  if (word == "TLS10" || word == "TLS11")
    return Fail("TLS 1.0 and 1.1 are broken and not spoken here: it is TLS12 or TLS13");
  return Fail(fmt::format("\"{}\" is none of TLS12, TLS13", word));
}

class WebConfigReader {
 public:
  WebConfigReader(std::string directory, WebConfig& config)
      : directory_(std::move(directory)), config_(config) {}

  void Read(const YamlValue& root) {
    YamlTable table(root);
    if (const auto tls = table.Find("tls_server_config")) ReadTls(*tls);
    if (const auto http = table.Find("http_server_config")) ReadHttp(*http);
    if (const auto users = table.Find("basic_auth_users")) ReadUsers(*users);
    table.Close();
  }

 private:
  bool ReadPath(YamlTable& table, std::string_view key, std::string& path) {
    if (!table.Read(key, path, ParseText)) return false;
    path = (std::filesystem::path(directory_) / path).lexically_normal();
    return true;
  }

  void ReadTls(const YamlValue& value) {
    TlsOptions& tls = config_.tls.emplace();
    YamlTable table(value);
    const bool cert = ReadPath(table, "cert_file", tls.cert_file);
    const bool key = ReadPath(table, "key_file", tls.key_file);
    if (value.IsTable() && (!cert || !key))
      value.Reject(fmt::format("needs {}", cert ? "key_file" : key ? "cert_file" : "cert_file and key_file"));
    ReadClientAuth(value, table, tls);
    table.Read("min_version", tls.min_version, ParseTlsVersion);
    table.Read("max_version", tls.max_version, ParseTlsVersion);
    if (tls.min_version > tls.max_version) value.Reject("min_version is newer than max_version");
    if (const auto suites = table.Find("cipher_suites"))
      suites->ReadListOf(tls.cipher_suites, ParseText, kMostWords, true);
    if (const auto curves = table.Find("curve_preferences")) ReadCurves(*curves, tls.curves);
    table.Read("prefer_server_cipher_suites", tls.prefer_server_cipher_suites, ParseBool);
    table.Close();
  }

  void ReadClientAuth(const YamlValue& value, YamlTable& table, TlsOptions& tls) {
    std::string word = kClientAuthWords.front();
    const auto type = table.Find("client_auth_type");
    if (type && type->ReadWord(word, kClientAuthWords)) {
      const auto at = std::find(kClientAuthWords.begin(), kClientAuthWords.end(), word);
      tls.client_auth = static_cast<ClientAuth>(at - kClientAuthWords.begin());
    }
    const bool verifies =
        tls.client_auth == ClientAuth::kVerifyIfGiven || tls.client_auth == ClientAuth::kRequireAndVerify;
    const bool has_ca = ReadPath(table, "client_ca_file", tls.client_ca_file);
    if (verifies && !has_ca) value.Reject(word + " needs client_ca_file");
    if (has_ca && !verifies)
      value.Reject("client_ca_file is not used with " + word +
                   ": set client_auth_type to RequireAndVerifyClientCert");
    if (const auto names = table.Find("client_allowed_sans")) {
      names->ReadListOf(tls.client_allowed_sans, ParseText, kMostWords);
      if (tls.client_auth != ClientAuth::kRequireAndVerify)
        names->Reject("needs client_auth_type: RequireAndVerifyClientCert");
    }
  }

  static void ReadCurves(const YamlValue& value, std::vector<std::string>& curves) {
    for (const YamlValue& item : value.ReadList(kMostWords, true)) {
      std::string word;
      if (item.ReadWord(word, kCurveWords)) curves.push_back(word);
    }
  }

  void ReadHttp(const YamlValue& value) {
    YamlTable table(value);
    bool http2 = true;  // taken, as in files for other exporters: HTTP/1.1 is spoken whatever it says
    table.Read("http2", http2, ParseBool);
    if (const auto headers = table.Find("headers")) {
      YamlTable names(*headers);
      for (const std::string& name : kHeaderNames) {
        std::string text;
        const auto header = names.Find(name);
        if (header && header->Read(text, ParseHeaderValue)) config_.headers.emplace_back(name, text);
      }
      names.Close();
    }
    table.Close();
  }

  static Result<std::string> ParseHeaderValue(std::string_view text) {
    for (const char c : text) {
      if (c < ' ' || c > '~') return Fail("has characters that no header may have");
    }
    return ParseText(text);
  }

  void ReadUsers(const YamlValue& value) {
    const YamlTable table(value);
    for (const auto& [name, hash] : table.All()) {
      std::string text;
      if (name.empty() || name.find(':') != std::string::npos)
        hash.Reject("a user name may not be empty or have a colon");
      if (!hash.Read(text, ParseText)) continue;
      if (!IsBcryptHash(text)) {
        hash.Reject("is no bcrypt hash of cost 4 to 15: make one by `htpasswd -nBC 10 \"\" | tr -d ':'`");
      }
      config_.users[name] = text;
    }
    if (config_.users.size() > kMostUsers) value.Reject(fmt::format("has more than {} users", kMostUsers));
  }

  const std::string directory_;
  WebConfig& config_;
};

}  // namespace

LoadedWebConfig ParseWebConfig(const std::string& yaml, const std::string& directory) {
  LoadedWebConfig loaded;
  loaded.errors =
      ReadYaml(yaml, [&](const YamlValue& root) { WebConfigReader(directory, loaded.config).Read(root); });
  return loaded;
}

Result<WebConfig> LoadWebConfig(Env& env, const std::string& path) {
  const Result<std::string> text = ReadConfigText(env, path);
  if (!text) return tl::unexpected(text.error());
  LoadedWebConfig loaded = ParseWebConfig(*text, std::filesystem::path(path).parent_path());
  if (Outcome good = Judge(path, loaded.errors); !good) return tl::unexpected(good.error());
  return std::move(loaded.config);
}

}  // namespace mta
