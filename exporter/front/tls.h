// TLS on OpenSSL: from the options to what every connection is made with.
#pragma once

#include <openssl/ssl.h>

#include <memory>

#include "exporter/base/result.h"
#include "exporter/front/web_config.h"

namespace mta {

using TlsContext = std::shared_ptr<SSL_CTX>;

// Reads the certificate, its key and the client CA.  Errors name key and file.  TLS 1.1 and older are never
// spoken.
Result<TlsContext> MakeTlsContext(const TlsOptions& options);

}  // namespace mta
