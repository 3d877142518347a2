#include "collectors/sendmail/log_level_watch.h"

namespace mta::sendmail {

void LogLevelWatch::SawSecuredMessage(int64_t now_ns) {
  if (secured_++ == 0) first_secured_ns_ = now_ns;
  last_secured_ns_ = now_ns;
}

void LogLevelWatch::Save(ByteWriter& out) const {
  out.Put(late_);
  out.Put(secured_);
  out.Put(first_secured_ns_);
  out.Put(last_secured_ns_);
}

void LogLevelWatch::Restore(ByteReader& in) {
  late_ = in.Get<uint64_t>();
  secured_ = in.Get<uint64_t>();
  first_secured_ns_ = in.Get<int64_t>();
  last_secured_ns_ = in.Get<int64_t>();
}

}  // namespace mta::sendmail
