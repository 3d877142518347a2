#include "exporter/app/serve/listener_source.h"

#include <algorithm>

#include "exporter/app/serve/input_dropped.h"
#include "exporter/app/serve/status_of.h"

namespace mta {

void SharedListener::Deliver() {
  ListenerDrops drops;
  listener_->Take(batch_, drops);
  Hand(drops);
}

void SharedListener::Finish() {
  ListenerDrops drops;
  listener_->Finish(batch_, drops);
  Hand(drops);
}

void SharedListener::Hand(const ListenerDrops& drops) {
  const int64_t now_ns = env_.NowNs();
  for (ListenerSource* reader : readers_) {
    reader->Read(batch_, now_ns);
    reader->Count(drops);
  }
}

ListenerSource::ListenerSource(MetricStore& store, std::unique_ptr<LogSource> source, std::string mta,
                               std::shared_ptr<SharedListener> listener)
    : store_(store), source_(std::move(source)), mta_(std::move(mta)), listener_(std::move(listener)) {
  dropped_datagrams_ = DroppedCounter(store, name(), "buffer_full");
  refused_connections_ = DroppedCounter(store, name(), "connection_limit");
  incomplete_ = DroppedCounter(store, name(), "incomplete");
  listener_->readers_.push_back(this);
}

ListenerSource::~ListenerSource() {
  std::erase(listener_->readers_, this);
}

Source::Polled ListenerSource::Poll(uint64_t) {
  listener_->Deliver();
  source_->metrics().Count(FollowProgress());  // it is up, nothing waits that could be measured
  return {.changed = std::exchange(changed_, false), .more = false};
}

// A stamp without year is of the year in which it arrives.
void ListenerSource::Read(const MessageBatch& batch, int64_t now_ns) {
  if (batch.empty()) return;
  source_->reader().SetReference(now_ns);
  batch.ForEach(
      [this](std::string_view message) {
        source_->Line(message);
        source_->Bytes(message.size() + 1);
      },
      [this](uint64_t size) {
        source_->OversizedLine(size);
        source_->Bytes(size);
      });
  changed_ = true;
}

void ListenerSource::Count(const ListenerDrops& drops) {
  store_.Increment(dropped_datagrams_, drops.datagrams);
  store_.Increment(refused_connections_, drops.connections);
  store_.Increment(incomplete_, drops.incomplete);
  changed_ = changed_ || drops.datagrams + drops.connections + drops.incomplete > 0;
}

SourceStatus ListenerSource::Status() const {
  return StatusOf(*source_, mta_, listener_->listener().address().text());
}

Source::Restored ListenerSource::Restore(ByteReader& in) {
  return in.GetPart(*source_) ? Restored::kWhole : Restored::kPartly;
}

}  // namespace mta
