#include "exporter/web/landing_script.h"

#include <openssl/evp.h>

#include <array>

namespace mta {

std::string LandingScriptHash() {
  std::array<unsigned char, 32> digest;
  EVP_Digest(kLandingScript.data(), kLandingScript.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  std::array<unsigned char, 48> text;  // 44 and an end
  EVP_EncodeBlock(text.data(), digest.data(), digest.size());
  return "'sha256-" + std::string(reinterpret_cast<const char*>(text.data())) + "'";
}

}  // namespace mta
