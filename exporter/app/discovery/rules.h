// What the rules of a syslog daemon put into which file, found by playing sample records of the MTAs through
// them.
//
// rsyslog, syslog-ng and syslogd are read into one small language: conditions, files, stop, call.  A
// condition that cannot be decided (it asks for the message's text, a regular expression, the sending host)
// is "maybe"; a file that gets lines only by a maybe is not trusted to carry them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mta {

// One kind of line, as a daemon's filters see it.
struct SampleRecord {
  std::string tag;      // "postfix/smtpd"
  std::string program;  // the tag up to its first slash
  int facility = 0;     // RFC 5424 numbers
  int severity = 0;
  bool is_mail = true;  // else a line of another program, to tell mail.log from syslog
};

// Who on this machine logs mail through syslog.
struct SyslogSenders {
  struct Postfix {
    std::string name;  // syslog_name
    int facility = 0;
    bool operator==(const Postfix&) const = default;
  };
  std::vector<Postfix> postfix = {};
  bool sendmail = false;
  bool qmail = false;
  bool empty() const { return postfix.empty() && !sendmail && !qmail; }
};

std::vector<SampleRecord> MakeSampleRecords(const SyslogSenders& senders);

enum class Truth { kNo, kYes, kMaybe };
Truth Not(Truth a);
Truth And(Truth a, Truth b);
Truth Or(Truth a, Truth b);

using Condition = std::function<Truth(const SampleRecord&)>;
Condition Always(Truth truth);
// Both, each may be empty for "always".
Condition AllOf(Condition a, Condition b);

struct Statement {
  enum class Kind { kIf, kFile, kStop, kCall };
  Kind kind = Kind::kStop;
  std::string text = {};  // kFile: path; kCall: ruleset
  std::string why = {};   // kFile: "rsyslog rule mail.* in /etc/rsyslog.conf"
  Condition condition = {};
  std::vector<Statement> then_block = {};
  std::vector<Statement> else_block = {};
};
using Block = std::vector<Statement>;

struct SyslogRules {
  Block main = {};
  std::map<std::string, Block> rulesets = {};  // reached by kCall only
  bool slash_in_program = false;               // the whole tag is what filters call the program
};

// What one file gets.
struct FileContent {
  std::string path;
  std::string why;
  std::vector<bool> carries;  // by index of the sample records that are mail
  bool dedicated = true;      // no other program's lines
};

// Files by what they get, in the order of the rules.  Files without mail are left out.
std::vector<FileContent> PlayRecords(const SyslogRules& rules, std::vector<SampleRecord> records);

// The most complete file, and then any that share no line with those taken (mail.info beside mail.warn where
// each has only its own severity).  Where two are equally complete the dedicated one wins, then the earlier
// rule. Debug lines decide last: MTAs write none worth counting.
std::vector<FileContent> TakeWithoutOverlap(std::vector<FileContent> files,
                                            const std::vector<SampleRecord>& records);

}  // namespace mta
