// ListenerSource: what comes to a syslog listener, as a source.  Several sources may share one listener, each
// taking its own hosts or instances; a line that none of them wants is foreign to all.
//
// What has come and was not saved yet is lost in a crash.  The ingest thread only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "exporter/app/serve/source.h"
#include "exporter/app/source/log_source.h"
#include "exporter/base/env.h"
#include "exporter/listen/syslog_listener.h"

namespace mta {

class ListenerSource;

// A listener with those who read from it.
class SharedListener {
 public:
  SharedListener(Env& env, std::unique_ptr<SyslogListener> listener)
      : env_(env), listener_(std::move(listener)) {}

  // Gives what has come to all readers.
  void Deliver();
  // The last time: also what has come to the sockets by now.
  void Finish();
  const SyslogListener& listener() const { return *listener_; }

 private:
  friend class ListenerSource;
  void Hand(const ListenerDrops& drops);
  Env& env_;
  const std::unique_ptr<SyslogListener> listener_;
  std::vector<ListenerSource*> readers_;
  MessageBatch batch_;
};

class ListenerSource final : public Source {
 public:
  ListenerSource(MetricStore& store, std::unique_ptr<LogSource> source, std::string mta,
                 std::shared_ptr<SharedListener> listener);
  ~ListenerSource() override;
  ListenerSource(const ListenerSource&) = delete;
  ListenerSource& operator=(const ListenerSource&) = delete;

  const std::string& name() const override { return source_->name(); }
  Polled Poll(uint64_t budget_bytes) override;
  void Finish() override { listener_->Finish(); }
  void Refresh() override { source_->Refresh(); }
  SourceStatus Status() const override;
  void Save(ByteWriter& out) const override { out.PutPart(*source_); }
  Restored Restore(ByteReader& in) override;

 private:
  friend class SharedListener;
  void Read(const MessageBatch& batch, int64_t now_ns);
  void Count(const ListenerDrops& drops);

  MetricStore& store_;
  const std::unique_ptr<LogSource> source_;
  const std::string mta_;
  const std::shared_ptr<SharedListener> listener_;
  CounterId dropped_datagrams_, refused_connections_, incomplete_;
  bool changed_ = true;
};

}  // namespace mta
