#include "exporter/app/discovery/discovery.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "catch.h"
#include "exporter/base/test_directory.h"

namespace mta {
namespace {

namespace fs = std::filesystem;

// A machine in a directory.
class Machine {
 public:
  void Put(const std::string& path, std::string_view text = "") const {
    fs::create_directories(fs::path(root() + path).parent_path());
    directory_.Write(path.substr(1), text);
  }
  // As old as this many hours.
  void Age(const std::string& path, int hours) const {
    fs::last_write_time(root() + path, fs::file_time_type::clock::now() - std::chrono::hours(hours));
  }
  void Mode(const std::string& path, unsigned mode) const {
    fs::permissions(root() + path, static_cast<fs::perms>(mode));
  }
  const std::string& root() const { return directory_.path(); }

  Discovery Discover() const { return DiscoverLogs({.root = root()}); }
  // The paths found, without the root.
  std::vector<std::string> Paths() const {
    std::vector<std::string> paths;
    for (const FoundLog& log : Discover().logs) paths.push_back(log.path.substr(root().size()));
    return paths;
  }
  std::string WithoutRoot(std::string text) const {
    for (size_t at; (at = text.find(root())) != std::string::npos;) text.erase(at, root().size());
    return text;
  }

 private:
  TestDirectory directory_;
};

using Paths = std::vector<std::string>;

constexpr const char* kDebianRules =
    "auth,authpriv.*\t\t\t/var/log/auth.log\n"
    "*.*;auth,authpriv.none\t\t-/var/log/syslog\n"
    "kern.*\t\t\t\t-/var/log/kern.log\n"
    "mail.*\t\t\t\t-/var/log/mail.log\n"
    "user.*\t\t\t\t-/var/log/user.log\n";

void PutPostfix(const Machine& machine, std::string_view main_cf = "myhostname = mx1.example\n") {
  machine.Put("/etc/postfix/main.cf", main_cf);
}

TEST_CASE("Debian 12: rsyslog's mail.* wins over syslog, which has the same lines") {
  const Machine machine;
  PutPostfix(machine);
  machine.Put("/etc/rsyslog.conf",
              std::string("module(load=\"imuxsock\") # provides support for local system logging\n"
                          "#module(load=\"imudp\")\n$FileOwner root\n$WorkDirectory /var/spool/rsyslog\n"
                          "$IncludeConfig /etc/rsyslog.d/*.conf\n") +
                  kDebianRules + "*.emerg\t\t\t\t:omusrmsg:*\n");
  machine.Put("/etc/rsyslog.d/postfix.conf",
              "# Create an additional socket in postfix's chroot\n"
              "$AddUnixListenSocket /var/spool/postfix/dev/log\n");
  machine.Put("/var/log/mail.log", "x\n");
  machine.Put("/var/log/syslog", "x\n");
  const Discovery found = machine.Discover();
  REQUIRE(found.logs.size() == 1);
  const FoundLog& log = found.logs.front();
  CHECK(log.path == machine.root() + "/var/log/mail.log");
  CHECK(log.source_name == "mail");
  CHECK(log.mta == "auto");
  CHECK(log.exists);
  CHECK(log.readable);
  CHECK(log.problem.empty());
  CHECK(machine.WithoutRoot(DescribeFound(found)) ==
        "/var/log/mail.log (rsyslog rule mail.* in /etc/rsyslog.conf)");
}

TEST_CASE("older Debian and SUSE: mail.info, mail.warn and mail.err repeat what the whole log has") {
  const Machine machine;
  PutPostfix(machine);
  std::string whole;
  SECTION("Debian") {
    whole = "/var/log/mail.log";
  }
  SECTION("SUSE") {
    whole = "/var/log/mail";
  }
  machine.Put(
      "/etc/rsyslog.conf",
      "*.=debug;\\\n\tauth,authpriv.none;\\\n\tnews.none;mail.none\t-/var/log/debug\n"
      "if  ($syslogfacility-text == 'kern') and \\\n\t($msg startswith 'IN=' and $msg contains 'OUT=') \\\n"
      "then {\n\t-/var/log/firewall\n\tstop\n}\n"
      "mail.info\t\t-/var/log/mail.info\nmail.warning\t\t-/var/log/mail.warn\n"
      "mail.err\t\t /var/log/mail.err\nmail.*\t\t\t-" +
          whole + "\n*.=warning;*.=err\t-/var/log/warn\n*.*;mail.none;news.none\t-/var/log/messages\n");
  for (const char* name : {"/var/log/mail.info", "/var/log/mail.warn", "/var/log/mail.err"})
    machine.Put(name);
  machine.Put(whole);
  CHECK(machine.Paths() == Paths{whole});
  CHECK(machine.Discover().logs.front().source_name == "mail");
}

TEST_CASE("logs split by severity without overlap are all followed") {
  const Machine machine;
  PutPostfix(machine);
  machine.Put("/etc/rsyslog.conf",
              "mail.=info -/var/log/mail.info\nmail.warn /var/log/mail.warn\nmail.err /var/log/mail.err\n");
  CHECK(machine.Paths() == Paths{"/var/log/mail.warn", "/var/log/mail.info"});
}

TEST_CASE("Ubuntu and Debian without a mail rule: syslog, as nothing else has the lines") {
  const Machine machine;
  PutPostfix(machine);
  machine.Put("/etc/rsyslog.conf", "include(file=\"/etc/rsyslog.d/*.conf\" mode=\"optional\")\n");
  machine.Put("/etc/rsyslog.d/50-default.conf",
              "#mail.*\t\t-/var/log/mail.log\n*.*;auth,authpriv.none\t\t-/var/log/syslog\nmail.err\t/var/log/"
              "mail.err\n");
  machine.Put("/var/log/syslog");
  const Discovery found = machine.Discover();
  REQUIRE(found.logs.size() == 1);
  CHECK(found.logs[0].source_name == "syslog");
  CHECK(machine.WithoutRoot(found.logs[0].why) ==
        "rsyslog rule *.*;auth,authpriv.none in /etc/rsyslog.d/50-default.conf");
}

TEST_CASE("RHEL: maillog, though messages takes *.info") {
  const Machine machine;
  PutPostfix(machine);
  machine.Put("/etc/rsyslog.conf",
              "global(workDirectory=\"/var/lib/rsyslog\")\nmodule(load=\"builtin:omfile\" Template=\"T\")\n"
              "module(load=\"imuxsock\"    # provides support for (local) system logging\n       "
              "SysSock.Use=\"off\")\n"
              "include(file=\"/etc/rsyslog.d/*.conf\" mode=\"optional\")\n"
              "*.info;mail.none;authpriv.none;cron.none                /var/log/messages\n"
              "authpriv.*                                              /var/log/secure\n"
              "mail.*                                                  -/var/log/maillog\n"
              "*.emerg                                                 :omusrmsg:*\n"
              "uucp,news.crit                                          /var/log/spooler\n");
  machine.Put("/var/log/maillog");
  machine.Put("/var/log/messages");
  CHECK(machine.Paths() == Paths{"/var/log/maillog"});
  CHECK(machine.Discover().logs.front().source_name == "maillog");
}

TEST_CASE("FreeBSD: syslog.conf with its sendmail, and a notice file that overlaps") {
  const Machine machine;
  machine.Put("/etc/mail/sendmail.cf");
  machine.Put("/etc/syslog.conf",
              "*.err;kern.warning;auth.notice;mail.crit\t\t/dev/console\n"
              "*.notice;authpriv.none;kern.debug;lpr.info;mail.crit;news.err\t/var/log/messages\n"
              "mail.info\t\t\t\t\t/var/log/maillog\n"
              "!ppp\n*.*\t\t/var/log/ppp.log\n!*\ninclude\t/etc/syslog.d\n");
  machine.Put("/var/log/maillog");
  machine.Put("/var/log/messages");
  CHECK(machine.Paths() == Paths{"/var/log/maillog"});
}

TEST_CASE("busybox: one file for all") {
  const Machine machine;
  PutPostfix(machine);
  machine.Put("/etc/syslog.conf", "kern.*  /var/log/kern.log\n*.*     /var/log/messages\n");
  machine.Put("/var/log/messages");
  CHECK(machine.Paths() == Paths{"/var/log/messages"});
}

TEST_CASE("rsyslog: a program's own file, with and without stop") {
  const Machine machine;
  PutPostfix(machine);
  machine.Put("/etc/mail/sendmail.cf");
  const auto with = [&](const std::string& rule) {
    machine.Put("/etc/rsyslog.conf", rule + "mail.* -/var/log/mail.log\n");
    return machine.Paths();
  };
  const Paths both = {"/var/log/postfix.log", "/var/log/mail.log"};
  const Paths one = {"/var/log/mail.log"};
  CHECK(with(":programname, startswith, \"postfix\" -/var/log/postfix.log\n& stop\n") == both);
  CHECK(with(":programname, isequal, \"postfix\" /var/log/postfix.log\n& ~\n") == both);
  CHECK(with(":syslogtag, startswith, \"postfix/\" /var/log/postfix.log\n& stop\n") == both);
  CHECK(with("if $programname == 'postfix' then /var/log/postfix.log\n& stop\n") == both);
  CHECK(
      with("if ($programname startswith \"postfix\" and $syslogfacility-text == 'mail') then {\n"
           "  action(type=\"omfile\" file=\"/var/log/postfix.log\" template=\"T\") # own file\n  stop }\n") ==
      both);
  CHECK(
      with("if $programname startswith [\"dovecot\",\"postfix\"] then { -/var/log/postfix.log\nstop\n}\n") ==
      both);
  CHECK(with("ruleset(name=\"mta\") {\n action(type=\"omfile\" file=\"/var/log/postfix.log\")\n stop\n}\n"
             "if $programname == \"postfix\" then call mta\n") == both);
  CHECK(
      with(
          "if not ($programname == \"postfix\") then { continue } else {\n/var/log/postfix.log\nstop\n}\n") ==
      both);
  CHECK(with(":programname, startswith, \"postfix\" -/var/log/postfix.log\n") == one);
  CHECK(with("if $programname == 'postfix' then /var/log/postfix.log\n") == one);
  // Not decided by the tag: such a file is not trusted, its stop not believed.
  CHECK(with(":msg, contains, \"status=bounced\" /var/log/bounced.log\n& stop\n") == one);
  CHECK(with("if re_match($programname, '^post') then { /var/log/postfix.log stop }\n") == one);
  CHECK(with("if $fromhost-ip != '127.0.0.1' then { ?PerHost\nstop }\n") == one);
}

TEST_CASE("rsyslog: conditions on priority") {
  const Machine machine;
  PutPostfix(machine);
  const auto with = [&](const std::string& rules) {
    machine.Put("/etc/rsyslog.conf", rules);
    return machine.Paths();
  };
  CHECK(with("if prifilt(\"mail.*\") then /var/log/a.log\n*.* /var/log/b.log\n") == Paths{"/var/log/a.log"});
  CHECK(with("if $syslogfacility == 2 and $syslogseverity <= 6 then /var/log/a.log\n") ==
        Paths{"/var/log/a.log"});
  CHECK(with("if $syslogfacility-text == ['mail','news'] then /var/log/a.log\n") == Paths{"/var/log/a.log"});
  CHECK(with("mail,news.*;mail.!err /var/log/a.log\nmail.err /var/log/b.log\n") ==
        Paths{"/var/log/b.log", "/var/log/a.log"});  // the more complete one first
  CHECK(with("mail.*;mail.!=info /var/log/a.log\n*.=info /var/log/b.log\n") ==
        Paths{"/var/log/a.log", "/var/log/b.log"});
  CHECK(with("MAIL.INFO /var/log/a.log;RSYSLOG_FileFormat\n") == Paths{"/var/log/a.log"});
  CHECK(with("mail.* stop\n*.* /var/log/b.log\n") == Paths{});
  CHECK(with("mail.* @@loghost:514\nmail.* |/dev/xconsole\nmail.* ?Dynamic\n") == Paths{});
  CHECK(with("input(type=\"imudp\" ruleset=\"net\")\nruleset(name=\"net\") { mail.* /var/log/net.log }\n"
             "template(name=\"T\" type=\"list\") { constant(value=\"}\") property(name=\"msg\") }\n"
             "mail.* /var/log/a.log\n") == Paths{"/var/log/a.log"});
}

TEST_CASE("rsyslog: what a tag with a slash is called") {
  const Machine machine;
  PutPostfix(machine);
  const std::string rule =
      "if $programname == 'postfix' then { /var/log/postfix.log\nstop }\nmail.* /var/log/mail.log\n";
  machine.Put("/etc/rsyslog.conf", rule);
  CHECK(machine.Paths() == Paths{"/var/log/postfix.log"});
  machine.Put("/etc/rsyslog.conf", "global(parser.permitSlashInProgramName=\"on\")\n" + rule);
  CHECK(machine.Paths() == Paths{"/var/log/mail.log"});
}

TEST_CASE("syslog-ng: log paths, filters, final, includes") {
  const Machine machine;
  PutPostfix(machine);
  machine.Put("/etc/syslog-ng/syslog-ng.conf",
              "@version: 3.38\n@include \"scl.conf\"\noptions { perm(0640); };\n"
              "source s_src { system(); internal(); };\nsource s_net { udp(ip(0.0.0.0) port(514)); };\n"
              "destination d_mail { file(\"/var/log/mail.log\"); };\n"
              "destination d_mailinfo { file(\"/var/log/mail.info\"); };\n"
              "destination d_syslog { file(\"/var/log/syslog\"); };\n"
              "destination d_net { file(\"/var/log/net.log\"); };\n"
              "filter f_debug { level(debug) and not facility(auth, authpriv, news, mail); };\n"
              "filter f_mail { facility(mail) and not filter(f_debug); };\n"
              "filter f_at_least_info { level(info..emerg); };\n"
              "log { source(s_net); destination(d_net); };\n"
              "log { source(s_src); filter(f_mail); filter(f_at_least_info); destination(d_mailinfo); };\n"
              "log { source(s_src); filter(f_mail); destination(d_mail); };\n"
              "log { source(s_src); destination(d_syslog); };\n@include \"/etc/syslog-ng/conf.d/*.conf\"\n");
  CHECK(machine.Paths() == Paths{"/var/log/mail.log"});
  machine.Put("/etc/mail/sendmail.cf");
  machine.Put("/etc/syslog-ng/conf.d/postfix.conf", "filter f_debug { program(\"^postfix/\"); };\n");
  CHECK(machine.Paths() == Paths{"/var/log/syslog"});  // mail.log has only sendmail's lines now
  machine.Put("/etc/syslog-ng/conf.d/postfix.conf", "");
  machine.Put("/etc/syslog-ng/syslog-ng.conf",
              "log { source { system(); }; filter { program(\"^postfix\"); }; destination { "
              "file(\"/var/log/p.log\"); };"
              " flags(final); };\nlog { source { system(); }; filter { facility(mail); }; destination {"
              " file(\"/var/log/m.log\" perm(0640)); file(\"/var/log/$YEAR/m.log\"); }; };\n");
  CHECK(machine.Paths() == Paths{"/var/log/p.log", "/var/log/m.log"});
}

TEST_CASE("two configurations: the daemon that wrote last is the one that runs") {
  const Machine machine;
  PutPostfix(machine);
  machine.Put("/etc/syslog.conf", "mail.* /var/log/maillog\n");
  machine.Put("/etc/rsyslog.conf", "mail.* /var/log/mail.log\n");
  machine.Put("/var/log/maillog");
  machine.Put("/var/log/mail.log");
  machine.Age("/var/log/mail.log", 1000);
  CHECK(machine.Paths() == Paths{"/var/log/maillog"});
  machine.Age("/var/log/maillog", 2000);
  CHECK(machine.Paths() == Paths{"/var/log/mail.log"});
}

TEST_CASE("Postfix: maillog_file of two instances, through continuation lines and expansion") {
  const Machine machine;
  machine.Put("/etc/postfix/main.cf",
              "# maillog_file = /var/log/wrong.log\nlog_base = /var/log/${multi_instance_name:postfix}\n"
              "maillog_file =\n  # a comment between\n\n  $log_base/maillog\n"
              "multi_instance_directories = /etc/postfix-out,\n    /etc/postfix-gone\n");
  machine.Put("/etc/postfix-out/main.cf",
              "multi_instance_name = postfix-out\nmaillog_file = /var/log/first.log\n"
              "maillog_file=$(queue_directory)/${multi_instance_name?{out}:{in}}/maillog\n");
  machine.Put("/etc/rsyslog.conf", kDebianRules);
  machine.Put("/var/log/mail.log");  // nobody here logs to it
  machine.Put("/var/log/postfix/maillog", "x\n");
  const Discovery found = machine.Discover();
  REQUIRE(found.logs.size() == 2);
  CHECK(machine.WithoutRoot(found.logs[0].path) == "/var/log/postfix/maillog");
  CHECK(found.logs[0].source_name == "maillog");
  CHECK(found.logs[0].readable);
  CHECK(machine.WithoutRoot(found.logs[1].path) == "/var/spool/postfix/out/maillog");
  CHECK(found.logs[1].source_name == "out-maillog");
  CHECK_FALSE(found.logs[1].exists);
  CHECK_FALSE(found.logs[1].readable);
  CHECK(
      machine.WithoutRoot(found.logs[1].problem) ==
      "/var/spool/postfix/out/maillog: does not exist yet (maillog_file in /etc/postfix-out/main.cf): it is "
      "followed once it appears");
}

TEST_CASE("Postfix: an instance without maillog_file logs through syslog, by its own name and facility") {
  const Machine machine;
  machine.Put(
      "/etc/postfix/main.cf",
      "maillog_file = /var/log/postfix.log\nmulti_instance_directories = /etc/postfix-out /etc/postfix-in\n");
  machine.Put("/etc/postfix-out/main.cf", "multi_instance_name = postfix-out\nsyslog_facility = local2\n");
  machine.Put("/etc/postfix-in/main.cf", "syslog_name = relay-in\n");
  machine.Put("/etc/rsyslog.conf",
              ":programname, isequal, \"relay-in\" /var/log/in.log\n& stop\n"
              "local2.* /var/log/out.log\nmail.* /var/log/mail.log\n");
  CHECK(machine.Paths() == Paths{"/var/log/postfix.log", "/var/log/out.log", "/var/log/in.log"});
}

TEST_CASE("Postfix: a log to standard output is said, not followed") {
  const Machine machine;
  PutPostfix(machine, "maillog_file = /dev/stdout\n");
  const Discovery found = machine.Discover();
  CHECK(found.logs.empty());
  REQUIRE(found.notes.size() == 1);
  CHECK(machine.WithoutRoot(found.notes[0]).starts_with("/etc/postfix/main.cf: Postfix logs to /dev/stdout"));
}

TEST_CASE("Postfix: a parameter that names itself ends") {
  const Machine machine;
  PutPostfix(machine, "a = $b$b\nb = $a$a\nmaillog_file = /var/log/x$a.log${\n");
  CHECK(machine.Discover().logs.size() == 1);
}

// "postfix mail /var/spool/postfix", without the root.
std::vector<std::string> QueuesOf(const Machine& machine) {
  std::vector<std::string> lines;
  for (const QueueTarget& target : machine.Discover().queues) {
    std::string line = target.mta + " " + target.source;
    for (const std::string& directory : target.directories) line += " " + machine.WithoutRoot(directory);
    lines.push_back(line);
  }
  return lines;
}

TEST_CASE("queues: Postfix's, by the source that has the instance's lines") {
  const Machine machine;
  PutPostfix(machine, "multi_instance_directories = /etc/postfix-out /etc/postfix-in /etc/postfix-gone\n");
  machine.Put("/etc/postfix-out/main.cf",
              "multi_instance_name = postfix-out\nqueue_directory = /spool/$multi_instance_name\n"
              "maillog_file = /var/log/out.log\n");
  machine.Put("/etc/postfix-in/main.cf", "queue_directory = /spool/in\n");
  machine.Put("/etc/postfix-gone/main.cf", "queue_directory = /spool/gone\n");
  machine.Put("/etc/rsyslog.conf", "mail.* /var/log/mail.log\n");
  machine.Put("/var/spool/postfix/pid/master.pid");
  machine.Put("/spool/postfix-out/pid/master.pid");
  machine.Put("/spool/in/pid/master.pid");
  CHECK(QueuesOf(machine) == std::vector<std::string>{"postfix mail /var/spool/postfix /spool/in",
                                                      "postfix out /spool/postfix-out"});
}

TEST_CASE("queues: sendmail's, with patterns and groups, old and new options") {
  const Machine machine;
  machine.Put("/etc/mail/sendmail.cf",
              "# O QueueDirectory=/var/spool/old\nO QueueDirectory=/var/spool/mqueue/q*\n"
              "Qfast, P=/var/spool/fast, F=f, R=2\nQslow, P=/var/spool/fast/below\nQnone, I=10\nQuota\n");
  machine.Put("/etc/mail/submit.cf", "O QueueDirectory = /var/spool/mqueue-client\n");
  machine.Put("/etc/sendmail.cf", "OQ/var/spool/mail-q\n");
  machine.Put("/etc/rsyslog.conf", "mail.* /var/log/maillog\n");
  for (const char* directory : {"mqueue/q1", "mqueue/q2", "fast/below", "mqueue-client", "mail-q", "old"})
    machine.Put(std::string("/var/spool/") + directory + "/x");
  CHECK(
      QueuesOf(machine) ==
      std::vector<std::string>{"sendmail maillog /var/spool/fast /var/spool/mail-q /var/spool/mqueue-client "
                               "/var/spool/mqueue/q1 /var/spool/mqueue/q2"});
}

TEST_CASE("queues: qmail's goes with its own log; without a log there is no source to name") {
  const Machine machine;
  machine.Put("/var/qmail/bin/qmail-send");
  machine.Put("/var/qmail/queue/mess/0/1");
  CHECK(QueuesOf(machine).empty());
  machine.Put("/var/log/qmail/qmail-send/current");
  CHECK(QueuesOf(machine) == std::vector<std::string>{"qmail qmail-send /var/qmail/queue"});
}

TEST_CASE("one file under several names is one log") {
  const Machine machine;
  PutPostfix(machine, "maillog_file = /var/log/postfix.log\n");
  machine.Put("/etc/mail/sendmail.cf");
  machine.Put("/var/log/mail.log");
  machine.Put("/etc/rsyslog.conf", "mail.* /var/log//mail.log\n");
  SECTION("symbolic link") {
    fs::create_symlink("mail.log", machine.root() + "/var/log/postfix.log");
  }
  SECTION("hard link") {
    fs::create_hard_link(machine.root() + "/var/log/mail.log", machine.root() + "/var/log/postfix.log");
  }
  CHECK(machine.Paths() == Paths{"/var/log/postfix.log"});
}

TEST_CASE("qmail: every multilog directory is a log of its own, whatever its names") {
  const Machine machine;
  machine.Put("/var/qmail/control/me", "mx1\n");
  machine.Put("/etc/rsyslog.conf", kDebianRules);
  machine.Put("/var/log/mail.log");
  SECTION("in /var/log") {
    machine.Put("/var/log/qmail/qmail-send/current");
    machine.Put("/var/log/qmail/qmail-smtpd/current");
    machine.Put("/var/log/qmail/qmail-pop3d/current");
    fs::create_directories(machine.root() + "/service/qmail-send/log");
    fs::create_directory_symlink("../../../var/log/qmail/qmail-send",
                                 machine.root() + "/service/qmail-send/log/main");
    CHECK(machine.Paths() == Paths{"/var/log/qmail/qmail-send", "/var/log/qmail/qmail-smtpd"});
  }
  SECTION("in /service") {
    machine.Put("/service/qmail-send/log/main/current");
    machine.Put("/service/qmail-smtpd/log/main/current");
    CHECK(machine.Paths() == Paths{"/service/qmail-send/log/main", "/service/qmail-smtpd/log/main"});
  }
  const Discovery found = machine.Discover();
  CHECK(found.logs[0].source_name == "qmail-send");
  CHECK(found.logs[1].source_name == "qmail-smtpd");
  CHECK(found.logs[0].mta == "qmail");
  CHECK(found.logs[0].readable);
}

TEST_CASE("qmail with splogger logs through syslog") {
  const Machine machine;
  machine.Put("/var/qmail/control/me", "mx1\n");
  machine.Put("/etc/rsyslog.conf", kDebianRules);
  fs::create_directories(machine.root() + "/var/log/qmail");  // empty
  CHECK(machine.Paths() == Paths{"/var/log/mail.log"});
}

TEST_CASE("the usual paths: the one that was written last, when nobody says that they differ") {
  const Machine machine;
  machine.Put("/var/log/maillog", "x\n");
  machine.Put("/var/log/mail.log", "x\n");
  machine.Age("/var/log/mail.log", 5000);
  machine.Put("/var/log/mail.err", "x\n");
  machine.Put("/var/log/syslog", "x\n");
  const Discovery found = machine.Discover();
  REQUIRE(found.logs.size() == 1);
  CHECK(machine.WithoutRoot(DescribeFound(found)) == "/var/log/maillog (usual path)");
}

TEST_CASE("a directory /var/log/mail is no log") {
  const Machine machine;
  machine.Put("/var/log/mail/mail.log", "x\n");
  CHECK(machine.Paths() == Paths{"/var/log/mail/mail.log"});
}

TEST_CASE("a mail log that rsyslog will create is waited for; without rsyslog that is said") {
  const Machine machine;
  PutPostfix(machine);
  machine.Put("/etc/rsyslog.conf", kDebianRules);
  fs::create_directories(machine.root() + "/var/log/journal");
  machine.Put("/usr/sbin/rsyslogd");
  CHECK(machine.WithoutRoot(machine.Discover().logs.at(0).problem) ==
        "/var/log/mail.log: does not exist yet (rsyslog rule mail.* in /etc/rsyslog.conf): it is followed "
        "once it "
        "appears");
  fs::remove(machine.root() + "/usr/sbin/rsyslogd");
  const std::string problem = machine.Discover().logs.at(0).problem;
  CHECK(problem.find("rsyslogd does not seem to be installed") != std::string::npos);
  CHECK(problem.find("postconf -e maillog_file=") != std::string::npos);
}

TEST_CASE("nothing at all: what was looked at, and the journal's remedy only where there is a journal") {
  const Machine machine;
  Discovery found = machine.Discover();
  CHECK(found.logs.empty());
  for (const char* place :
       {"main.cf", "multilog", "/etc/rsyslog.conf", "syslog-ng", "/var/log/maillog", "serve LOG"})
    CHECK(found.nothing_found.find(place) != std::string::npos);
  CHECK(found.nothing_found.find("journal") == std::string::npos);
  CHECK(DescribeFound(found) == found.nothing_found);
  CHECK(found.nothing_found.find('\n') == std::string::npos);
  fs::create_directories(machine.root() + "/run/log/journal");
  CHECK(machine.Discover().nothing_found.find("in the journal (" + machine.root() + "/run/log/journal)") !=
        std::string::npos);
}

TEST_CASE("the journal is followed where an MTA is installed and no file has its lines, or will have them") {
  const Machine machine;
  machine.Put("/run/log/journal/0123456789abcdef0123456789abcdef/system.journal");
  CHECK_FALSE(machine.Discover().journal);  // nobody who would log
  PutPostfix(machine);
  Discovery found = machine.Discover();
  REQUIRE(found.journal);
  CHECK(found.logs.empty());
  CHECK(found.journal->source_name == "journal");
  CHECK(found.journal->readable);
  CHECK(machine.WithoutRoot(DescribeFound(found)) ==
        "/run/log/journal (the journal, as no file gets the mail log)");

  machine.Put("/etc/rsyslog.conf", kDebianRules);  // a left-over: nothing writes this file
  found = machine.Discover();
  CHECK(found.journal);
  CHECK(found.logs.empty());

  machine.Put("/usr/sbin/rsyslogd");
  CHECK_FALSE(machine.Discover().journal);
  fs::remove(machine.root() + "/usr/sbin/rsyslogd");
  machine.Put("/var/log/mail.log");
  CHECK_FALSE(machine.Discover().journal);
}

TEST_CASE("a Postfix with a file of its own needs no journal, a sendmail beside it does") {
  const Machine machine;
  machine.Put("/var/log/journal/0123456789abcdef0123456789abcdef/system.journal");
  PutPostfix(machine, "maillog_file = /var/log/postfix.log\n");
  CHECK_FALSE(machine.Discover().journal);
  machine.Put("/etc/mail/sendmail.cf");  // logs through syslog
  const Discovery found = machine.Discover();
  CHECK(found.journal);
  REQUIRE(found.logs.size() == 1);
  CHECK(machine.WithoutRoot(found.logs[0].path) == "/var/log/postfix.log");
}

TEST_CASE("the queues go with the journal") {
  const Machine machine;
  machine.Put("/var/log/journal/0123456789abcdef0123456789abcdef/system.journal");
  machine.Put("/var/spool/postfix/active/x");
  PutPostfix(machine);
  const Discovery found = machine.Discover();
  REQUIRE(found.queues.size() == 1);
  CHECK(found.queues[0].source == "journal");
}

TEST_CASE("configurations of a hostile or tired mind end") {
  const Machine machine;
  PutPostfix(machine);
  const std::string many(1'500'000, '(');
  for (const std::string& text :
       {std::string(1'500'000, '{'), many, "if " + many, "filter x {" + many, std::string(1'500'000, '&'),
        std::string("if not not not not '"), std::string("log {"), std::string("\xff\xfe\0;", 4),
        std::string("\"'"),
        std::string("$IncludeConfig /etc/rsyslog.conf\n@include \"/etc/syslog-ng/syslog-ng.conf\"\n"
                    "include /etc/syslog.conf\n"),
        std::string(
            "filter a { filter(a) or filter(a); };\nlog { filter(a); destination { file(\"/x\"); }; };\n"),
        std::string(
            "ruleset(name=\"a\") { call a\ncall a\ncall a\ncall a\ncall a\ncall a\ncall a }\ncall a\n")}) {
    for (const char* config : {"/etc/rsyslog.conf", "/etc/syslog-ng/syslog-ng.conf", "/etc/syslog.conf"})
      machine.Put(config, text);
    CHECK(machine.Paths().size() <= 1);
  }
}

// Root may read all: who may not is played by a reader without rights.
LogReader Nobody() {
  return {.user = "mta", .uid = 64999, .groups = {64998}};
}

TEST_CASE("a log that may not be read says which group would help, and which file it is") {
  const Machine machine;
  PutPostfix(machine);
  machine.Mode("", 0755);
  machine.Put("/etc/rsyslog.conf", kDebianRules);
  machine.Put("/var/log/mail.log", "x\n");
  machine.Mode("/var/log/mail.log", 0640);
  const bool is_root = geteuid() == 0;
  if (is_root) REQUIRE(chown((machine.root() + "/var/log/mail.log").c_str(), 0, 4) == 0);  // root:adm
  Discovery found = DiscoverLogs({.root = machine.root(), .reader = Nobody()});
  REQUIRE(found.logs.size() == 1);
  CHECK_FALSE(found.logs[0].readable);
  CHECK(found.logs[0].exists);
  if (is_root) {
    CHECK(machine.WithoutRoot(found.logs[0].problem) ==
          "/var/log/mail.log: permission denied (root:adm 0640): run as a member of group adm, e.g. usermod "
          "-aG adm mta");
    LogReader member = Nobody();
    member.groups.push_back(4);
    CHECK(DiscoverLogs({.root = machine.root(), .reader = member}).logs.at(0).readable);
  }
  machine.Mode("/var/log/mail.log", 0600);
  found = DiscoverLogs({.root = machine.root(), .reader = Nobody()});
  CHECK(found.logs.at(0).problem.find("setfacl -m u:mta:r " + found.logs.at(0).path) != std::string::npos);
  machine.Mode("/var/log/mail.log", 0644);
  CHECK(DiscoverLogs({.root = machine.root(), .reader = Nobody()}).logs.at(0).readable);
}

TEST_CASE("a directory in the way is named") {
  const Machine machine;
  machine.Mode("", 0755);
  machine.Put("/var/log/qmail/qmail-send/current", "x\n");
  machine.Mode("/var/log/qmail/qmail-send", 0700);
  const Discovery found = DiscoverLogs({.root = machine.root(), .reader = Nobody()});
  REQUIRE(found.logs.size() == 1);
  CHECK_FALSE(found.logs[0].readable);
  const std::string problem = machine.WithoutRoot(found.logs[0].problem);
  CHECK(problem.starts_with("/var/log/qmail/qmail-send: permission denied"));
  CHECK(problem.find("setfacl -m u:mta:rx /var/log/qmail/qmail-send") != std::string::npos);
  const std::string current = found.logs[0].path + "/current";
  CHECK(ExplainUnreadable(current, EACCES, Nobody()).find(" in directory " + found.logs[0].path + " (") !=
        std::string::npos);
}

TEST_CASE("reasons that are no permission") {
  const TestDirectory directory;
  const std::string path = directory / "mail.log";
  CHECK(ExplainUnreadable(path, ENOENT) ==
        path + ": does not exist: check the name, or wait for its first line");
  CHECK(ExplainUnreadable(path, EIO) == path + ": Input/output error");
  directory.Write("mail.log", "x\n");
  CHECK(ExplainUnreadable(path, EACCES, LogReader{.user = "root", .uid = 0}).find("SELinux") !=
        std::string::npos);
}

TEST_CASE("source names") {
  CHECK(SourceNameOf("/var/log/mail.log") == "mail");
  CHECK(SourceNameOf("/var/log/maillog") == "maillog");
  CHECK(SourceNameOf("mx1.example.log") == "mx1.example");
  CHECK(SourceNameOf("/var/log/.hidden") == ".hidden");
  CHECK(SourceNameOf("/var/log/qmail/current") == "qmail");
  CHECK(SourceNameOf("/var/log/qmail-send/") == "qmail-send");
  CHECK(SourceNameOf("/service/qmail-send/log/main") == "qmail-send");
  CHECK(SourceNameOf("/service/qmail-send/log/main/current") == "qmail-send");
  CHECK(UniqueSourceName("/srv/a/mail.log", {}) == "mail");
  CHECK(UniqueSourceName("/srv/b/mail.log", {"mail"}) == "b-mail");
  CHECK(UniqueSourceName("/srv/b/mail.log", {"mail", "b-mail"}) == "b-mail-2");
  CHECK(UniqueSourceName("mail.log", {"mail"}) == "mail-2");
}

}  // namespace
}  // namespace mta
