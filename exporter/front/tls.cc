#include "exporter/front/tls.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <map>

#include "exporter/base/access.h"
#include "exporter/base/env.h"

namespace mta {
namespace {

tl::unexpected<Error> Wrong(std::string_view key, std::string_view why) {
  return Fail(fmt::format("tls_server_config.{}: {}", key, why));
}

// OpenSSL's own words on what just failed, from its first complaint on.
std::string Reason() {
  const unsigned long code = ERR_peek_error();
  const char* const reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason != nullptr ? reason : fmt::format("OpenSSL error {:x}", code);
}

// Of a file that could be opened.
std::string Useless(const std::string& path, std::string_view wanted) {
  return fmt::format("{} holds no usable {} in PEM form ({})", path, wanted, Reason());
}

// OpenSSL says "system lib" of a file that it cannot open, and would wait for a pipe.
Outcome CheckReadable(std::string_view key, const std::string& path) {
  const auto opened = Env::Posix().OpenRegular(path);
  return opened ? Outcome() : Wrong(key, ExplainUnreadable(path, opened.error()));
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

Outcome ReadCertificate(SSL_CTX* context, const std::string& path) {
  if (Outcome readable = CheckReadable("cert_file", path); !readable) return readable;
  if (SSL_CTX_use_certificate_chain_file(context, path.c_str()) == 1) return {};
  return Wrong("cert_file", Useless(path, "certificate"));
}

// Without it OpenSSL asks at the terminal.
int SayThatAPassphraseIsWanted(char*, int, int, void* wanted) {
  *static_cast<bool*>(wanted) = true;
  return -1;
}

// After the certificate that it belongs to.
Outcome ReadKey(SSL_CTX* context, const std::string& path) {
  if (Outcome readable = CheckReadable("key_file", path); !readable) return readable;
  bool wants_passphrase = false;
  SSL_CTX_set_default_passwd_cb(context, SayThatAPassphraseIsWanted);
  SSL_CTX_set_default_passwd_cb_userdata(context, &wants_passphrase);
  const bool is_read = SSL_CTX_use_PrivateKey_file(context, path.c_str(), SSL_FILETYPE_PEM) == 1;
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  if (is_read && SSL_CTX_check_private_key(context) == 1) return {};
  const unsigned long code = ERR_peek_last_error();
  const std::string useless = Useless(path, "private key");
  if (wants_passphrase)
    return Wrong("key_file", path +
                                 " asks for a passphrase, which nobody can type here: openssl pkey -in "
                                 "FILE -out FILE writes it without one");
  const bool is_another =
      is_read || (ERR_GET_LIB(code) == ERR_LIB_X509 && ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH);
  return Wrong("key_file", is_another ? path + " is not the key of cert_file" : useless);
}

Outcome AskForCertificates(SSL_CTX* context, const TlsOptions& options) {
  const bool verifies = options.client_auth == ClientAuth::kVerifyIfGiven ||
                        options.client_auth == ClientAuth::kRequireAndVerify;
  const bool requires_one =
      options.client_auth == ClientAuth::kRequireAny || options.client_auth == ClientAuth::kRequireAndVerify;
  if (options.client_auth == ClientAuth::kNone) return {};
  const int mode = SSL_VERIFY_PEER | (requires_one ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
  if (!verifies) return SSL_CTX_set_verify(context, mode, AcceptAny), Outcome();
  if (Outcome readable = CheckReadable("client_ca_file", options.client_ca_file); !readable) return readable;
  if (SSL_CTX_load_verify_file(context, options.client_ca_file.c_str()) != 1)
    return Wrong("client_ca_file", Useless(options.client_ca_file, "certificate"));
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
      return Wrong("cipher_suites", suite + " is none that OpenSSL offers here");
    if (!suite.starts_with("TLS_AES_") && !suite.starts_with("TLS_CHACHA20_"))  // those are TLS 1.3's
      list += (list.empty() ? "" : ":") + known_as->second;
  }
  if (!list.empty() && SSL_CTX_set_cipher_list(context, list.c_str()) != 1)
    return Wrong("cipher_suites", Reason());
  return {};
}

Outcome ChooseCurves(SSL_CTX* context, const Names& curves) {
  if (curves.empty()) return {};
  static const std::map<std::string, std::string> own_names = {
      {"CurveP256", "P-256"}, {"CurveP384", "P-384"}, {"CurveP521", "P-521"}, {"X25519", "X25519"}};
  std::string list;
  for (const std::string& curve : curves) list += (list.empty() ? "" : ":") + own_names.at(curve);
  if (SSL_CTX_set1_groups_list(context, list.c_str()) != 1) return Wrong("curve_preferences", Reason());
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
  if (!context) return Fail("TLS: " + Reason());
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
       {ReadCertificate(context.get(), options.cert_file), ReadKey(context.get(), options.key_file),
        AskForCertificates(context.get(), options), ChooseCiphers(context.get(), options.cipher_suites),
        ChooseCurves(context.get(), options.curves)}) {
    if (!done) return tl::unexpected(done.error());
  }
  return context;
}

}  // namespace mta
