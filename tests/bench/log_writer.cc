#include "tests/bench/log_writer.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace mta::bench {
namespace {

constexpr uint64_t kDomains = 2000;

// Mail goes to few domains mostly: half of it to the first three.
constexpr const char* kLargeDomains[] = {"gmail.test", "outlook.test", "yahoo.test"};

// As Postfix writes it: two digits that matter, nothing below a hundredth.
void AppendSeconds(double seconds, std::string& out) {
  const auto into = std::back_inserter(out);
  if (seconds >= 10) {
    fmt::format_to(into, FMT_COMPILE("{:.0f}"), seconds);
  } else if (seconds >= 1) {
    fmt::format_to(into, FMT_COMPILE("{:.1f}"), seconds);
  } else if (seconds >= 0.005) {
    fmt::format_to(into, FMT_COMPILE("{:.2f}"), seconds);
  } else {
    out += '0';
  }
}

}  // namespace

LogWriter::LogWriter(Mta mta, const std::vector<Flow>& flows, LineStamp stamp, size_t open, uint64_t seed)
    : mta_(mta), flows_(flows), stamp_(std::move(stamp)), random_(seed), open_(open) {
  for (const Flow& flow : flows_) total_weight_ += flow.weight;
  for (OpenFlow& slot : open_) Begin(slot);
}

void LogWriter::AppendLine(int64_t time_ns, std::string& out) {
  OpenFlow& open = open_[Below(open_.size())];
  const Line& line = open.flow->lines[open.line];
  stamp_.Append(time_ns, out);
  for (const Part& part : line.parts) AppendPart(part, open, out);
  out += '\n';
  ++statistics_.lines;
  if (line.delivery) ++statistics_.delivery_lines;
  if (++open.line == open.flow->lines.size()) Begin(open);
}

void LogWriter::Begin(OpenFlow& open) {
  uint64_t at = Below(total_weight_);
  size_t index = 0;
  while (at >= flows_[index].weight) at -= flows_[index++].weight;
  open.flow = &flows_[index];
  open.line = 0;
  open.values.resize(std::max<size_t>(open.values.size(), open.flow->slots));
  for (std::string& value : open.values) value.clear();
}

void LogWriter::AppendPart(const Part& part, OpenFlow& open, std::string& out) {
  const auto into = std::back_inserter(out);
  switch (part.field) {
    case Field::kText:
      out += part.text;
      break;
    case Field::kFastDelay:
      AppendDelay(false, out);
      break;
    case Field::kSlowDelay:
      AppendDelay(true, out);
      break;
    case Field::kLocalBegins:
      ++local_open_;
      break;
    case Field::kLocalEnds:
      --local_open_;
      break;
    case Field::kRemoteBegins:
      ++remote_open_;
      break;
    case Field::kRemoteEnds:
      --remote_open_;
      break;
    case Field::kLocalOpen:
      fmt::format_to(into, "{}", local_open_);
      break;
    case Field::kRemoteOpen:
      fmt::format_to(into, "{}", remote_open_);
      break;
    default: {
      std::string& value = open.values[part.slot];
      if (value.empty()) DrawValue(part.field, value);
      out += value;
    }
  }
}

void LogWriter::DrawValue(Field field, std::string& value) {
  const auto into = std::back_inserter(value);
  switch (field) {
    case Field::kQueueId:
      AppendQueueId(value);
      break;
    case Field::kPid:
      fmt::format_to(into, FMT_COMPILE("{}"), 1000 + Below(60000));
      break;
    case Field::kUser:
      fmt::format_to(into, FMT_COMPILE("user{}"), Below(5000));
      break;
    case Field::kDomain:
      AppendDomain(value);
      break;
    case Field::kAddress:
      fmt::format_to(into, FMT_COMPILE("198.51.100.{}"), 1 + Below(254));
      break;
    case Field::kSize:
      fmt::format_to(into, FMT_COMPILE("{}"), 400 + (uint64_t{1} << Below(22)) + Below(400));
      break;
    case Field::kPort:
      fmt::format_to(into, FMT_COMPILE("{}"), 32768 + Below(28000));
      break;
    case Field::kHex:
      fmt::format_to(into, FMT_COMPILE("{:010X}"), random_() >> 24);
      break;
    case Field::kDelivery:
      fmt::format_to(into, FMT_COMPILE("{}"), ++deliveries_);
      break;
    default:
      break;
  }
}

void LogWriter::AppendQueueId(std::string& out) {
  const auto into = std::back_inserter(out);
  const uint64_t number = messages_++;
  switch (mta_) {
    case Mta::kPostfix:  // microseconds, then the inode
      fmt::format_to(into, FMT_COMPILE("{:05X}{:06X}"), Below(1'000'000), 0xA00000 + number % 0x500000);
      break;
    case Mta::kSendmail:  // year, month, day, hour, minute, second, two of a sequence, process id
      fmt::format_to(
          into, FMT_COMPILE("6AM{:c}{:c}{:c}{:c}{:c}{:06}"), 'A' + number / 1'000'000 / 52 / 52 % 24,
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[number / 1'000'000 / 52 % 52],
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[number / 1'000'000 % 52],
          static_cast<char>('A' + Below(26)), static_cast<char>('a' + Below(26)), number % 1'000'000);
      break;
    case Mta::kQmail:  // the inode
      fmt::format_to(into, FMT_COMPILE("{}"), 1'330'000 + number % 1'000'000);
      break;
  }
}

void LogWriter::AppendDomain(std::string& out) {
  if (Below(2) == 0) {
    out += kLargeDomains[Below(std::size(kLargeDomains))];
  } else {
    fmt::format_to(std::back_inserter(out), FMT_COMPILE("domain{}.example"), Below(1 + Below(kDomains)));
  }
}

// Postfix: seconds with two digits, and how they are made up; sendmail: the whole time and that of this
// attempt.
void LogWriter::AppendDelay(bool slow, std::string& out) {
  const auto into = std::back_inserter(out);
  const double scale = slow ? 300 : 0.01;
  const auto draw = [&](double unit) { return unit * static_cast<double>(uint64_t{1} << Below(10)); };
  if (mta_ == Mta::kSendmail) {
    const auto seconds = static_cast<uint64_t>(draw(scale));
    fmt::format_to(into, FMT_COMPILE("delay={:02}:{:02}:{:02}, xdelay=00:00:{:02}"), seconds / 3600,
                   seconds / 60 % 60, seconds % 60, std::min<uint64_t>(seconds, Below(6)));
    return;
  }
  const double before = draw(scale), queue = draw(0.001), connect = draw(0.001), send = draw(0.002);
  out += "delay=";
  AppendSeconds(before + queue + connect + send, out);
  out += ", delays=";
  for (const double stage : {before, queue, connect}) {
    AppendSeconds(stage, out);
    out += '/';
  }
  AppendSeconds(send, out);
}

}  // namespace mta::bench
