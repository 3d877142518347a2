#include "exporter/front/tls.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <map>

namespace mta {
namespace {

// OpenSSL's own words on what just failed.
std::string LastReason() {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason != nullptr ? reason : fmt::format("OpenSSL error {:x}", code);
}

int AcceptAny(int, X509_STORE_CTX*) {
  return 1;
}

using Names = std::vector<std::string>;

std::string SanText(const GENERAL_NAME& name) {
  const auto text = [](const ASN1_STRING* value) {
    return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                       static_cast<size_t>(ASN1_STRING_length(value)));
  };
  if (name.type == GEN_DNS) return text(name.d.dNSName);
  if (name.type == GEN_EMAIL) return text(name.d.rfc822Name);
  if (name.type == GEN_URI) return text(name.d.uniformResourceIdentifier);
  if (name.type != GEN_IPADD) return {};
  char ip[INET6_ADDRSTRLEN] = {};
  const std::string bytes = text(name.d.iPAddress);
  inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), ip, sizeof ip);
  return ip;
}

bool HasOneOf(X509* certificate, const Names& allowed) {
  auto* const names =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  bool found = false;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i)
    found = found || std::ranges::count(allowed, SanText(*sk_GENERAL_NAME_value(names, i))) > 0;
  GENERAL_NAMES_free(names);
  return found;
}

int NamesIndex() {
  static const int index = SSL_CTX_get_ex_new_index(
      0, nullptr, nullptr, nullptr,
      [](void*, void* names, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<Names*>(names); });
  return index;
}

// Besides the chain, the client's own certificate must bear an allowed name.
int VerifyName(int chain_is_good, X509_STORE_CTX* store) {
  if (chain_is_good == 0 || X509_STORE_CTX_get_error_depth(store) > 0) return chain_is_good;
  auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* const allowed = static_cast<Names*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), NamesIndex()));
  if (HasOneOf(X509_STORE_CTX_get_current_cert(store), *allowed)) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

Outcome ReadIdentity(SSL_CTX* context, const TlsOptions& options) {
  if (SSL_CTX_use_certificate_chain_file(context, options.cert_file.c_str()) != 1)
    return Fail(fmt::format("cert_file {}: {}", options.cert_file, LastReason()));
  if (SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1)
    return Fail(fmt::format("key_file {}: {}", options.key_file, LastReason()));
  return {};
}

Outcome AskForCertificates(SSL_CTX* context, const TlsOptions& options) {
  const bool verifies = options.client_auth == ClientAuth::kVerifyIfGiven ||
                        options.client_auth == ClientAuth::kRequireAndVerify;
  const bool requires_one =
      options.client_auth == ClientAuth::kRequireAny || options.client_auth == ClientAuth::kRequireAndVerify;
  if (options.client_auth == ClientAuth::kNone) return {};
  const int mode = SSL_VERIFY_PEER | (requires_one ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
  if (!verifies) return SSL_CTX_set_verify(context, mode, AcceptAny), Outcome();
  if (SSL_CTX_load_verify_file(context, options.client_ca_file.c_str()) != 1)
    return Fail(fmt::format("client_ca_file {}: {}", options.client_ca_file, LastReason()));
  SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(options.client_ca_file.c_str()));
  if (options.client_allowed_sans.empty()) return SSL_CTX_set_verify(context, mode, nullptr), Outcome();
  SSL_CTX_set_ex_data(context, NamesIndex(), new Names(options.client_allowed_sans));
  SSL_CTX_set_verify(context, mode, VerifyName);
  return {};
}

// OpenSSL has names of its own for the suites of TLS 1.2.
Outcome ChooseCiphers(SSL_CTX* context, const Names& suites) {
  if (suites.empty()) return {};
  std::map<std::string, std::string> own_names;
  const STACK_OF(SSL_CIPHER)* const known = SSL_CTX_get_ciphers(context);
  for (int i = 0; i < sk_SSL_CIPHER_num(known); ++i) {
    const SSL_CIPHER* const cipher = sk_SSL_CIPHER_value(known, i);
    if (const char* const name = SSL_CIPHER_standard_name(cipher))
      own_names[name] = SSL_CIPHER_get_name(cipher);
  }
  std::string list;
  for (const std::string& suite : suites) {
    const auto known_as = own_names.find(suite);
    if (known_as == own_names.end())
      return Fail("cipher_suites: " + suite + " is none that OpenSSL offers here");
    if (!suite.starts_with("TLS_AES_") && !suite.starts_with("TLS_CHACHA20_"))  // those are TLS 1.3's
      list += (list.empty() ? "" : ":") + known_as->second;
  }
  if (!list.empty() && SSL_CTX_set_cipher_list(context, list.c_str()) != 1)
    return Fail("cipher_suites: " + LastReason());
  return {};
}

Outcome ChooseCurves(SSL_CTX* context, const Names& curves) {
  if (curves.empty()) return {};
  static const std::map<std::string, std::string> own_names = {
      {"CurveP256", "P-256"}, {"CurveP384", "P-384"}, {"CurveP521", "P-521"}, {"X25519", "X25519"}};
  std::string list;
  for (const std::string& curve : curves) list += (list.empty() ? "" : ":") + own_names.at(curve);
  if (SSL_CTX_set1_groups_list(context, list.c_str()) != 1) return Fail("curve_preferences: " + LastReason());
  return {};
}

int SelectProtocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                   unsigned int offered_size, void*) {
  static constexpr unsigned char kHttp11[] = "\x08http/1.1";
  unsigned char* selected = nullptr;
  const int found =
      SSL_select_next_proto(&selected, size, kHttp11, sizeof kHttp11 - 1, offered, offered_size);
  *out = selected;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

int VersionNumber(TlsVersion version) {
  return version == TlsVersion::kTls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
}

}  // namespace

Result<TlsContext> MakeTlsContext(const TlsOptions& options) {
  ERR_clear_error();
  const TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return Fail("TLS: " + LastReason());
  SSL_CTX_set_min_proto_version(context.get(), VersionNumber(options.min_version));
  SSL_CTX_set_max_proto_version(context.get(), VersionNumber(options.max_version));
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_TICKET);
  if (options.prefer_server_cipher_suites)
    SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 0);                  // of TLS 1.3, which sends them all the same
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);  // a connection that waits holds no buffers
  SSL_CTX_set_alpn_select_cb(context.get(), SelectProtocol, nullptr);
  for (const Outcome& done :
       {ReadIdentity(context.get(), options), AskForCertificates(context.get(), options),
        ChooseCiphers(context.get(), options.cipher_suites), ChooseCurves(context.get(), options.curves)}) {
    if (!done) return tl::unexpected(done.error());
  }
  return context;
}

}  // namespace mta
