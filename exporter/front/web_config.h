// What the web configuration file (--web.config.file) can say, as plain values: TLS, passwords, headers.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mta {

// The words of exporter-toolkit and Go.
enum class ClientAuth {
  kNone,             // NoClientCert
  kRequest,          // RequestClientCert: asked for, not needed, not verified
  kRequireAny,       // RequireAnyClientCert: needed, not verified
  kVerifyIfGiven,    // VerifyClientCertIfGiven
  kRequireAndVerify  // RequireAndVerifyClientCert
};

enum class TlsVersion { kTls12, kTls13 };

struct TlsOptions {
  std::string cert_file;  // PEM, the chain; absolute
  std::string key_file;
  ClientAuth client_auth = ClientAuth::kNone;
  std::string client_ca_file = {};                    // with the two that verify
  std::vector<std::string> client_allowed_sans = {};  // of verified certificates; none: any
  TlsVersion min_version = TlsVersion::kTls12;
  TlsVersion max_version = TlsVersion::kTls13;
  std::vector<std::string> cipher_suites = {};  // of TLS 1.2, by their IANA names; none: OpenSSL's
  std::vector<std::string> curves = {};         // CurveP256, CurveP384, CurveP521, X25519; none: OpenSSL's
  bool prefer_server_cipher_suites = true;
};

struct WebConfig {
  std::optional<TlsOptions> tls = {};
  std::map<std::string, std::string> users = {};                  // name, bcrypt hash; none: nobody is asked
  std::vector<std::pair<std::string, std::string>> headers = {};  // in every answer
};

}  // namespace mta
