#!/usr/bin/env bash
# What is understood of the recorded Postfix logs in collectors/postfix/samples: mta_exporter beside
# prometheus-postfix-exporter (Debian's package, unpacked privately).
#
#   tests/bench/recognised.sh [BUILD]      BUILD: default build/release
#
# Only logs in the traditional syslog format are used; they are the one format both read.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
# shellcheck source=deploy/lib/packages.sh
. deploy/lib/packages.sh

build=${1:-build/release}
[ -x "$build/mta_exporter" ] || die "no $build/mta_exporter: build first, e.g. with tests/run.sh"
theirs=$(cache_folder)/prometheus-postfix-exporter
unpacked_packages "$theirs" prometheus-postfix-exporter
work=$(mktemp -d)
pid=
cleanup() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

for sample in collectors/postfix/samples/*.log; do
  case $sample in *.rfc3339.log | *.rfc5424.log) ;; *) cat "$sample" ;; esac
done >"$work/mail.log"

# Their exporter only follows: it gets an empty file, then the log, then a mark that tells when all is read.
: >"$work/followed.log"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$theirs/usr/bin/prometheus-postfix-exporter" --web.listen-address="127.0.0.1:$port" \
  --postfix.logfile_path="$work/followed.log" --postfix.showq_path="$work/none" >"$work/output" 2>&1 &
pid=$!
scrape() { curl -fsS --max-time 10 "http://127.0.0.1:$port/metrics" 2>/dev/null; }
wait_for() {
  local deadline=$((SECONDS + 60))
  until scrape | grep -q "$1"; do
    [ "$SECONDS" -lt "$deadline" ] || die "prometheus-postfix-exporter did not read the log: $(tail -n 1 "$work/output")"
    sleep 0.2
  done
}
wait_for '^go_goroutines'
{
  cat "$work/mail.log"
  echo 'Nov 24 00:00:00 mx1 postfix/mark[1]: end of the log'
} >>"$work/followed.log"
wait_for 'service="mark"'
scrape >"$work/theirs"
"$build/mta_exporter" scan --mta=postfix "$work/mail.log" >"$work/ours"

# sum FILE PATTERN: of the values of all series that match.
sum() { grep -E "$2" "$1" | awk '{sum += $NF} END {printf "%d\n", sum}'; }
lines=$(wc -l <"$work/mail.log")
unsupported=$(($(sum "$work/theirs" '^postfix_unsupported_log_entries_total\{') - 1)) # the mark
row() { printf '| %-52s | %27s | %12s |\n' "$@"; }
row "$lines lines" prometheus-postfix-exporter mta_exporter
row '---' '---:' '---:'
row 'lines not understood' "$unsupported" "$(sum "$work/ours" '^mta_exporter_log_lines_total\{.*result="unrecognized"')"
row 'smtp deliveries in the delay histogram' "$(sum "$work/theirs" '^postfix_smtp_delivery_delay_seconds_count')" \
  "$(sum "$work/ours" '^mta_delivery_delay_seconds_count\{.*transport="smtp"')"
row '... in the log' "$(grep -cE '/smtp\[[0-9]+\]: [[:alnum:]]+: to=<.*, delays?=.*, status=(sent|deferred|bounced) ' "$work/mail.log")" ''
