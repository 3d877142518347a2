// MessageObserver: sees the events that a message's story is made of, and passes over those of sessions and
// daemons.
#pragma once

#include "exporter/app/source/event_stream.h"

namespace mta {

class MessageObserver : public LineObserver {
 public:
  using LineObserver::On;
  void On(const LogRecord&, const ConnectionError&) override {}
  void On(const LogRecord&, const MessagesInFlight&) override {}
  void On(const LogRecord&, const Connection&) override {}
  void On(const LogRecord&, const ConnectionLost&) override {}
  void On(const LogRecord&, const AuthAttempt&) override {}
  void On(const LogRecord&, const TlsSession&) override {}
  void On(const LogRecord&, const DaemonProblem&) override {}
  void On(const LogRecord&, const DaemonStart&) override {}
  void On(const LogRecord&, const SpecificObservation&) override {}
};

}  // namespace mta
