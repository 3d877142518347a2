#include "exporter/app/config/load_config.h"

#include <algorithm>

#include "catch.h"
#include "exporter/base/test_directory.h"

namespace mta {
namespace {

// All errors of a file, one a line: `LINE:COLUMN: KEY: MESSAGE`.
std::string ErrorsOf(const std::string& yaml) {
  std::string text;
  for (const ConfigError& error : ParseConfig(yaml).errors) text += error.Text("f").substr(2) + "\n";
  return text;
}

Config Good(const std::string& yaml) {
  INFO(yaml);
  CHECK(ErrorsOf(yaml) == "");
  return ParseConfig(yaml).config;
}

bool Says(const std::string& yaml, const std::string& what) {
  const std::string errors = ErrorsOf(yaml);
  INFO(yaml << "\n" << errors);
  const bool says = errors.find(what) != errors.npos;
  CHECK(says);
  return says;
}

}  // namespace

TEST_CASE("a file with nothing but comments is the default") {
  for (const char* yaml : {"", "# nothing\n", "---\n", "{}\n", "\xEF\xBB\xBF# BOM\n"})
    CHECK(Good(yaml) == Config());
}

TEST_CASE("every key of the contract") {
  const Config config = Good(R"(
sources:
  - name: mx1
    mta: postfix
    log: /var/log/mail.log
    from: beginning
    syslog_names: [postfix, postfix-out]
    queue: /var/spool/postfix
  - name: central
    syslog: {listen: "udp://127.0.0.1:5514"}
    hosts: [mx1, mx2]
  - name: journal
    journal: {units: ["postfix@-.service"], identifiers: [], directory: /var/log/journal}
  - name: old
    mta: qmail
    log: /var/log/qmail/current
    tai_offset: 37s
  - name: pods
    log: /var/log/pods/*_mail_*/*.log
    format: cri
  - {name: pipe, stdin: true}
internal_relays: ["127.0.0.1:10024"]
sendmail_tags: [sm-mta, sendmail]
state: {directory: /var/lib/mta_exporter, save_interval: 2s}
delay_buckets: [0.1, 1, 10, 60, 600, 3600, 86400]
destinations: {limit: 20, groups: {google: ["gmail.com", "googlemail.com", "*.google.com"]}}
tracking: {max_messages: 1000, max_age: 1d}
web: {listen_addresses: ["127.0.0.1:9025", "[::1]:9026"], telemetry_path: /mail/metrics}
)");
  REQUIRE(config.sources.size() == 6);
  const SourceConfig& mx1 = config.sources[0];
  CHECK(mx1.name == "mx1");
  CHECK(mx1.mta == "postfix");
  CHECK(std::get<FileInput>(mx1.input) == FileInput{"/var/log/mail.log", true, ContainerFormat::kAuto});
  CHECK(mx1.syslog_names == std::vector<std::string>{"postfix", "postfix-out"});
  CHECK(mx1.queue == "/var/spool/postfix");
  CHECK(std::get<SyslogInput>(config.sources[1].input).listener.address.text() == "udp://127.0.0.1:5514");
  CHECK(config.sources[1].hosts == std::vector<std::string>{"mx1", "mx2"});
  CHECK(std::get<JournalInput>(config.sources[2].input).journal ==
        JournalOptions{{"postfix@-.service"}, {}, "/var/log/journal"});
  CHECK(config.sources[3].tai_offset_seconds == 37);
  CHECK(std::get<FileInput>(config.sources[4].input).format == ContainerFormat::kCri);
  CHECK(std::holds_alternative<StandardInput>(config.sources[5].input));
  CHECK(config.internal_relays == std::vector<std::string>{"127.0.0.1:10024"});
  CHECK(config.sendmail_tags == std::vector<std::string>{"sm-mta", "sendmail"});
  CHECK(config.state.directory == "/var/lib/mta_exporter");
  CHECK(config.state.save_interval_ns == 2'000'000'000);
  CHECK(config.delay_buckets == std::vector<double>{0.1, 1, 10, 60, 600, 3600, 86400});
  CHECK(config.destinations.limit == 20);
  REQUIRE(config.destinations.groups.size() == 1);
  CHECK(config.destinations.groups[0].patterns.size() == 3);
  CHECK(config.tracking.max_messages == 1000);
  CHECK(config.tracking.max_age_ns == 86'400'000'000'000);
  CHECK(config.web.listen_addresses == std::vector<ListenAddress>{{"127.0.0.1", 9025}, {"::1", 9026}});
  CHECK(config.web.telemetry_path == "/mail/metrics");
}

TEST_CASE("a source without a name is called after its input") {
  const Config config = Good(
      "sources: [{log: /var/log/mail.log}, {log: /srv/out/mail.log}, {stdin: true}, "
      "{journal: {}}, {syslog: {listen: 'tcp://:514'}}]");
  std::string names;
  for (const SourceConfig& source : config.sources) names += source.name + " ";
  CHECK(names == "mail out-mail stdin journal syslog ");
}

TEST_CASE("an unknown key is told with its place, what is allowed, and what may be meant") {
  CHECK(ErrorsOf("sources:\n  - log: /a\n    formt: cri\n") ==
        "3:5: sources[0].formt: unknown key; did you mean \"format\"? allowed: name, mta, log, journal, "
        "syslog, stdin, "
        "from, format, syslog_names, hosts, tai_offset, queue\n");
  CHECK(ErrorsOf("tracking: {max_message: 1000}\n") ==
        "1:12: tracking.max_message: unknown key; did you mean \"max_messages\"? allowed: max_messages, "
        "max_age\n");
  CHECK(ErrorsOf("zebra: 1\n").find("did you mean") == std::string::npos);
  CHECK(Says("Sources: []\n", "did you mean \"sources\"?"));
  CHECK(Says("<<: {a: 1}\n", "<<: unknown key"));
}

TEST_CASE("all errors are told at once, in the order of their places") {
  CHECK(ErrorsOf("delay_buckets: [1, 0.5]\ntracking:\n  max_age: soon\nsources:\n  - mta: postfx\n    log: "
                 "mail.log\n") ==
        "1:20: delay_buckets[1]: must be greater than the bound before it, 1; +Inf is added by itself\n"
        "3:12: tracking.max_age: \"soon\" is no duration: write a whole number with ms, s, m, h, d or w, as "
        "in 7d or "
        "1h30m\n"
        "5:10: sources[0].mta: \"postfx\" is not known; did you mean \"postfix\"? allowed: auto, postfix, "
        "qmail, "
        "sendmail\n"
        "6:10: sources[0].log: \"mail.log\" is no absolute path: it begins with /\n");
}

TEST_CASE("two sources on one listener agree on it") {
  const std::string one = "sources:\n- {hosts: [a], syslog: {listen: 'tcp://:514', max_connections: 5}}\n";
  CHECK(Good(one + "- {hosts: [b], syslog: {listen: 'tcp://:514', max_connections: 5}}\n").sources.size() ==
        2);
  CHECK(Says(one + "- {hosts: [b], syslog: {listen: 'tcp://:514'}}\n",
             "sources[1].syslog: differs from the listener of line 2"));
}

TEST_CASE("where to answer") {
  CHECK(Good("web: {}\n").web == EndpointConfig());
  CHECK(Says("web: {listen_addresses: [mail.example.com:9025]}\n", "1:26: web.listen_addresses[0]: "));
  CHECK(Says("web: {listen_addresses: [':9025', '127.0.0.1:9025']}\n", "127.0.0.1:9025: given twice"));
  CHECK(Says("web: {listen_addresses: []}\n", "web.listen_addresses: is an empty list"));
  CHECK(Says("web: {telemetry_path: metrics}\n", "1:23: web.telemetry_path: \"metrics\" is no path"));
  CHECK(Says("web: {telemetry_path: /-/ready}\n", "belongs to the exporter itself"));
  CHECK(Says("web: {listen_address: [':9025']}\n", "did you mean \"listen_addresses\"?"));
}

TEST_CASE("wrong kinds of values") {
  CHECK(Says("sources: /var/log/mail.log\n", "1:10: sources: must be a list, not a single value"));
  CHECK(Says("sources: {log: /a}\n", "1:10: sources: must be a list, not a table of keys"));
  CHECK(Says("sources: [/a]\n", "1:11: sources[0]: must be a table of keys, not a single value"));
  CHECK(Says("sources: [{log: [/a]}]\n", "sources[0].log: must be a single value, not a list"));
  CHECK(Says("- a\n", "must be a table of keys, not a list"));
  CHECK(Says("text\n", "must be a table of keys, not a single value"));
  CHECK(Says("tracking:\nstate: {}\n", "1:1: tracking: has no value"));
  CHECK(Says("internal_relays: [~]\n", "internal_relays[0]: must be a single value, not nothing"));
  CHECK(Says("[a]: b\n", "a key must be a word"));
  CHECK(Says("sources: []\n", "sources: is an empty list"));
}

TEST_CASE("what is no YAML names its place") {
  CHECK(Says("sources:\n\t- log: /a\n",
             "2:2: not YAML: illegal block entry (indent by blanks: there is a tab)"));
  CHECK(Says("a: [1, 2\n", "not YAML"));
  CHECK(Says("sources: []\n---\nsources: []\n", "a second document"));
  CHECK(Says(", tracking: {}\n", "1:1: stray text"));  // yaml-cpp read it for ever
  CHECK(Says("tracking: {}\n, a", "2:1: not YAML"));
  CHECK(Says("sources: ]\n", "1:10: not YAML"));
  CHECK(Says("a: *b\n", "not YAML"));
  CHECK(Says(std::string(5000, '['), "not YAML"));
}

TEST_CASE("a key that stands twice") {
  CHECK(Says("tracking: {max_age: 1d}\nstate: {}\ntracking: {max_age: 2d}\n",
             "3:1: tracking: this key stands twice"));
}

TEST_CASE("a source has one input") {
  CHECK(Says("sources:\n  - name: a\n",
             "2:5: sources[0]: has no input: it needs one of log, journal, syslog, stdin"));
  CHECK(
      Says("sources:\n  - log: /a\n    journal: {}\n", "3:14: sources[0].journal: a source has one of log"));
  CHECK(Says("sources: [{log: /a, syslog: {listen: 'tcp://:1'}}]", "sources[0].syslog: a source has one of"));
  CHECK(Says("sources: [{log: /a, stdin: true}]", "sources[0].stdin: a source has one of"));
  CHECK(Says("sources: [{stdin: false}]", "must be true"));
}

TEST_CASE("two sources never count the same lines") {
  const std::string again = "again: its lines would count twice";
  CHECK(Says("sources:\n  - {name: a, log: /a}\n  - {name: b, log: /a}\n",
             "3:20: sources[1].log: the log of line 2 " + again));
  CHECK(Says("sources: [{log: /q}, {log: /q/current}]", again));
  CHECK(Says("sources: [{log: /q//a/}, {log: /q/a}]", again));
  CHECK(Says("sources: [{log: /a/b}, {log: /a/./c/../b}]", again));
  CHECK(Says("sources: [{log: /var/log/mail.log}, {log: '/var/log/mail*'}]", again));
  CHECK(Says("sources: [{journal: {}}, {journal: {units: [a.service]}}]", again));
  CHECK(Says("sources: [{journal: {identifiers: [a]}}, {journal: {units: [a.service]}}]", again));
  CHECK(Says("sources: [{stdin: true}, {stdin: true}]", again));
  CHECK(Says("sources: [{syslog: {listen: 'udp://:514'}}, {syslog: {listen: 'udp://:514'}}]", again));
  CHECK(Says("sources: [{log: /a, syslog_names: [x, y]}, {log: /a, syslog_names: [y]}]", again));
  CHECK(Says("sources: [{log: /a, syslog_names: [x]}, {log: /a}]", again));
  Good("sources: [{log: /a, syslog_names: [x]}, {log: /a, syslog_names: [y]}]");
  Good("sources: [{log: /a, hosts: [x]}, {log: /a, hosts: [y]}]");
  Good("sources: [{journal: {units: [x]}}, {journal: {units: [y]}}, {journal: {directory: /x}}]");
  Good("sources: [{syslog: {listen: 'udp://:514'}}, {syslog: {listen: 'tcp://:514'}}]");
}

TEST_CASE("a listener that would be in the way of another") {
  const auto overlap = [](const std::string& a, const std::string& b) {
    return ErrorsOf("sources:\n  - {name: a, syslog: {listen: '" + a +
                    "'}}\n  - {name: b, syslog: {listen: '" + b + "'}}\n");
  };
  const std::string in_the_way =
      "3:23: sources[1].syslog: the listener of line 2 is in the way: udp://:514 and udp://127.0.0.1:514 "
      "cannot both listen";
  CHECK(overlap("udp://:514", "udp://127.0.0.1:514") == in_the_way + "; name each address once\n");
  CHECK(overlap("udp://127.0.0.1:514", "udp://0.0.0.0:514") != "");
  CHECK(overlap("tcp://[::]:514", "tcp://[::1]:514") != "");
  CHECK(overlap("unix:///run/x", "unix-stream:///run/x") != "");
  CHECK(overlap("udp://127.0.0.1:514", "udp://127.0.0.2:514") == "");
  CHECK(overlap("udp://0.0.0.0:514", "udp://[::]:514") == "");
  CHECK(overlap("udp://:514", "tcp://127.0.0.1:514") == "");
  CHECK(overlap("tcp://:0", "tcp://127.0.0.1:0") == "");
}

TEST_CASE("one fault is one error") {
  CHECK(ErrorsOf("sources: [/var/log/mail.log]\n") ==
        "1:11: sources[0]: must be a table of keys, not a single value\n");
  CHECK(ErrorsOf("sources: [{syslog: 'udp://:514'}]\n") ==
        "1:20: sources[0].syslog: must be a table of keys, not a single value\n");
}

TEST_CASE("names are unique") {
  CHECK(Says("sources:\n  - {name: a, log: /a}\n  - {name: a, log: /b}\n",
             "3:12: sources[1].name: another source has the name \"a\""));
}

TEST_CASE("keys that do not fit their source") {
  CHECK(Says("sources: [{stdin: true, from: end}]", "sources[0].from: is for log and journal only"));
  CHECK(Says("sources: [{syslog: {listen: 'tcp://:1'}, from: end}]",
             "sources[0].from: is for log and journal only"));
  CHECK(Says("sources: [{journal: {units: ['postfix@*.service']}}]",
             "sources[0].journal.units[0]: \"postfix@*.service\" is a pattern: name each unit"));
  CHECK(Says("sources: [{journal: {}, format: cri}]", "sources[0].format: is for log and stdin only"));
  CHECK(
      Says("sources: [{journal: {}, tai_offset: 37s}]", "sources[0].tai_offset: is for log and stdin only"));
  CHECK(Says("sources: [{log: /a, tai_offset: 1500ms}]", "must be whole seconds"));
  CHECK(Says("sources: [{log: /a, mta: qmail, syslog_names: [x]}]",
             "names of Postfix instances: qmail has none"));
  CHECK(Says("sources: [{log: /a, queue: /q}]", "sources[0].queue: needs mta beside it"));
  CHECK(Says("sources: [{syslog: {}}]", "sources[0].syslog: needs listen"));
  CHECK(
      Says("sources: [{syslog: {listen: 'udp://:1', max_connections: 5}}]", "datagrams have no connections"));
  CHECK(Says("sources: [{syslog: {listen: 'tcp://:1', mode: '0660'}}]",
             "is for unix:// and unix-stream:// only"));
  CHECK(Says("sources: [{syslog: {listen: 'unix:///x', mode: '660'}}]", "four octal digits"));
  CHECK(Says("sources: [{syslog: {listen: 'tcp://:1', receive_buffer: 1MiB}}]", "is for udp:// only"));
}

TEST_CASE("buckets are finite and ascending") {
  CHECK(Says("delay_buckets: [1, 1]", "delay_buckets[1]: must be greater"));
  CHECK(Says("delay_buckets: [-1, 1]", "delay_buckets[0]: must be greater than 0"));
  CHECK(Says("delay_buckets: [1, .inf]", "delay_buckets[1]: \".inf\" is no finite number"));
  CHECK(Says("delay_buckets: []", "is an empty list"));
  CHECK(Says("delay_buckets: [1, a]", "\"a\" is no finite number"));
}

TEST_CASE("groups of destinations") {
  CHECK(Says("destinations: {groups: {other: [a.b]}}",
             "\"other\" is what destinations without a series are called"));
  CHECK(Says("destinations: {groups: {a: [x.y], b: [X.y]}}",
             "destinations.groups.b: \"x.y\" is in the group a already"));
  CHECK(Says("destinations: {groups: {a: [x.y, x.y]}}", "stands twice in the list"));
  CHECK(Says("destinations: {groups: {a: []}}", "is an empty list"));
  CHECK(Says("destinations: {groups: {a: ['*']}}", "is no domain"));
  CHECK(Says("destinations: {limit: -1}", "no whole number"));
}

TEST_CASE("an error is one line of text, whatever is in the file") {
  const std::string errors = ErrorsOf("\"a\\nb\\u202e\": 1\nstate: {save_interval: \"1\\n2\"}\n");
  CHECK(std::count(errors.begin(), errors.end(), '\n') == 2);
  CHECK(errors.find("\u202e") == errors.npos);
}

TEST_CASE("anchors and aliases may be used, circles do no harm") {
  Good("sources: [{log: /a, hosts: &h [x]}, {log: /b, hosts: *h}]");
  CHECK(Says("sources: &s [*s]", "must be a table of keys"));
}

TEST_CASE("a file that cannot be read") {
  const TestDirectory directory;
  const auto missing = LoadConfig(Env::Posix(), directory / "none.yml");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.find("none.yml") != std::string::npos);
  CHECK(missing.error().message.find("No such file") != std::string::npos);
  CHECK_FALSE(LoadConfig(Env::Posix(), directory.path()));
}

}  // namespace mta
