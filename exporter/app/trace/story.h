// Story: what the log tells of one message, from its arrival to its end.
//
// Plain data that owns its text.  A message is known by (mta, host, queue id) within its life: queue ids are
// used again, so an id may have several stories.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exporter/events/events.h"

namespace mta {

// One recipient in one attempt.
struct Attempt {
  int64_t time_ns = kNoTime;
  std::string recipient = {};
  std::string original_recipient = {};
  std::string transport = {};
  std::string relay = {};
  DeliveryStatus status = DeliveryStatus::kSent;
  Hop hop = Hop::kFinal;
  std::string enhanced_status = {};
  Reason reason = Reason::kOther;
  std::string text = {};
  std::optional<double> delay_seconds = {};
  std::optional<double> duration_seconds = {};
  std::optional<std::array<double, 4>> phase_seconds = {};
  uint32_t repeat = 1;
};

// A command that was refused.
struct Refusal {
  int64_t time_ns = kNoTime;
  SmtpCommand command = SmtpCommand::kOther;
  RejectedBy rejected_by = RejectedBy::kPolicy;
  std::string code = {};
  Reason reason = Reason::kOther;
  std::string text = {};
  std::string client_address = {};
  std::string sender = {};
  std::string recipient = {};
};

// A recipient who has no result yet; never kRefused.
struct Waiting {
  int64_t time_ns = kNoTime;
  std::string recipient = {};
  DeliveryPending::State state = DeliveryPending::State::kStarted;
};

// Something else that happened to the message: held, redirected, a connection that broke.
struct Note {
  int64_t time_ns = kNoTime;
  std::string what = {};
  std::string text = {};
};

// Another message that this one became or caused.
struct Link {
  enum class Kind : uint8_t { kHandedOn, kForwarded, kCloned, kNotified };
  Kind kind = Kind::kHandedOn;
  size_t to = 0;  // index into the stories
};

struct LogLine {
  int64_t time_ns = kNoTime;
  uint64_t number = 0;  // in the order of reading
  std::string text;
};

struct Story {
  enum class End : uint8_t {
    kOpen,     // the log does not say that it left the queue
    kRemoved,  // it did
    kRefused,  // it never was a message: a command was refused
  };

  std::string mta;
  std::string host;      // as logged; of a log without hosts the name of the log
  std::string queue_id;  // empty where a command was refused before there was one
  int64_t first_ns = kNoTime;
  int64_t last_ns = kNoTime;

  bool arrival_seen = false;
  Origin origin = Origin::kUnknown;
  std::string client_name;
  std::string client_address;
  std::string login;
  std::string user_id;
  std::string original_queue_id;
  std::string message_id;
  std::string queue_process;

  bool envelope_seen = false;
  std::string sender;  // as a refusal tells it where there is no envelope; empty then: not known
  uint64_t size_bytes = 0;
  std::optional<uint64_t> recipients;

  std::vector<Attempt> attempts;
  uint64_t attempts_left_out = 0;  // beyond what is kept of one message
  std::vector<Waiting> waiting;
  std::vector<Refusal> refusals;
  std::vector<Note> notes;
  std::vector<std::string> bounce_queue_ids;
  std::vector<std::string> bounce_queue_processes;
  std::vector<std::string> fork_queue_ids;
  bool sender_told = false;  // by a notification, that it could not be delivered

  bool expired = false;
  End end = End::kOpen;
  int64_t end_ns = kNoTime;
  std::optional<double> lifetime_seconds;

  std::vector<LogLine> lines;  // only where they are asked for

  size_t told = 0;        // while following: how much of it was printed
  bool selected = false;  // by itself, not only as a part of another one
  std::vector<Link> links;
  std::optional<size_t> before;  // the story that has a link to this one
};

}  // namespace mta
