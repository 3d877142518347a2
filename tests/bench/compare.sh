#!/usr/bin/env bash
# What reading a Postfix log costs: mta_exporter beside grep, prometheus-postfix-exporter and mtail, on the same file;
# and what a log of sendmail or qmail of the same size costs beside it.
#
#   tests/bench/compare.sh [--size=300M] [--runs=5] [--slow-runs=3] [BUILD]      BUILD: default build/release
#
# Prints the CPU (user + system) of the whole process, median of the runs, taken in turn, and the ratios.  The two
# others are Debian's packages, unpacked privately; mtail runs once with the Postfix program that its package ships as an
# example and once with postfix.mtail beside this script, which counts about what mta_exporter counts.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
# shellcheck source=deploy/lib/packages.sh
. deploy/lib/packages.sh

size=300M runs=5 slow_runs=3 build=build/release
for argument in "$@"; do
  case $argument in
    --size=*) size=${argument#*=} ;;
    --runs=*) runs=${argument#*=} ;;
    --slow-runs=*) slow_runs=${argument#*=} ;;
    -*) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    *) build=$argument ;;
  esac
done
[ -x "$build/mta_exporter" ] || die "no $build/mta_exporter: build first, e.g. with tests/run.sh"

work=$(mktemp -d)
others=()
cleanup() {
  for pid in "${others[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT
log=$work/mail.log
last_line='Jan 31 00:00:00 mx1 postfix/qmgr[433]: FFFFFFFFFFF: removed'
"$build/tests/bench/log_generator" --mta=postfix --size="$size" --output="$log" 2>"$work/generated"
echo "$last_line" >>"$log"
lines=$(wc -l <"$log")
removed=$(grep -c 'qmgr\[433\]: .*: removed$' "$log")
prefix=$(cache_folder)
unpacked_packages "$prefix/prometheus-postfix-exporter" prometheus-postfix-exporter
unpacked_packages "$prefix/mtail" mtail

export LC_ALL=C TIMEFORMAT='%U %S'
# cpu COMMAND...: user + system seconds.  What it prints goes to a file: with /dev/null, grep stops at the first match.
cpu() {
  { time "$@" >"$work/stdout" 2>"$work/stderr" </dev/null; } 2>"$work/time" || { cat "$work/stderr" >&2; return 1; }
  awk '{printf "%.3f\n", $1 + $2}' "$work/time"
}

# process_cpu PID: what the process used so far.
process_cpu() { awk -v hz="$(getconf CLK_TCK)" '{sub(/.*\) /, ""); printf "%.3f\n", ($12 + $13) / hz}' "/proc/$1/stat"; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# This one only follows: it gets an empty file, then the log, and is done when its counter has seen the last line.
postfix_exporter_cpu() {
  local followed=$work/followed.log port pid before
  : >"$followed"
  port=$(free_port)
  "$prefix/prometheus-postfix-exporter/usr/bin/prometheus-postfix-exporter" --web.listen-address="127.0.0.1:$port" \
    --postfix.logfile_path="$followed" --postfix.showq_path="$work/none" >"$work/stderr" 2>&1 &
  pid=$!
  others+=("$pid")
  wait_for "$port" 0 "$pid"
  before=$(process_cpu "$pid")
  cat "$log" >>"$followed"
  wait_for "$port" "$removed" "$pid"
  process_cpu "$pid" | awk -v before="$before" '{printf "%.3f\n", $1 - before}'
  kill "$pid"
  wait "$pid" 2>/dev/null || true
}

# wait_for PORT COUNT PID: until that many removed messages were counted.
wait_for() {
  local deadline=$((SECONDS + 600)) have
  while kill -0 "$3" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ]; do
    have=$(curl -s --max-time 60 "http://127.0.0.1:$1/metrics" | awk '$1 == "postfix_qmgr_messages_removed_total" {printf "%d", $2}') || true
    [ "${have:-none}" != "$2" ] || return 0
    sleep 0.5
  done
  die "prometheus-postfix-exporter did not count $2 messages: $(tail -n 1 "$work/stderr")"
}

mtail_cpu() {
  cpu "$prefix/mtail/usr/bin/mtail" -one_shot -one_shot_format=prometheus -progs "$1" -logs "$log" -address 127.0.0.1 -port 0
}

median() { sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }

names=('grep -c status=' "grep -cE 'status=(sent|deferred|bounced)'" 'mta_exporter scan' 'prometheus-postfix-exporter'
  'mtail, its example program' 'mtail, postfix.mtail')
measure() {
  case $1 in
    0) cpu grep -c 'status=' "$log" ;;
    1) cpu grep -cE 'status=(sent|deferred|bounced)' "$log" ;;
    2) cpu "$build/mta_exporter" scan --mta=postfix "$log" ;;
    3) postfix_exporter_cpu ;;
    4) mtail_cpu "$prefix/mtail/usr/share/doc/mtail/examples/postfix.mtail" ;;
    5) mtail_cpu "$here/postfix.mtail" ;;
  esac
}

mtas=(postfix sendmail qmail)
mta_log() { if [ "$1" = postfix ]; then echo "$log"; else echo "$work/$1.log"; fi; }
for mta in sendmail qmail; do
  "$build/tests/bench/log_generator" --mta="$mta" --size="$size" --output="$(mta_log "$mta")" 2>/dev/null
done

cat "$log" >/dev/null # in the page cache for everyone
for ((run = 0; run < runs; ++run)); do
  for tool in 0 1 2; do measure $tool >>"$work/cpu.$tool"; done
done
for ((run = 0; run < slow_runs; ++run)); do
  for tool in 3 4 5; do measure $tool >>"$work/cpu.$tool"; done
done

for ((run = 0; run < runs; ++run)); do
  for mta in "${mtas[@]}"; do cpu "$build/mta_exporter" scan --mta="$mta" "$(mta_log "$mta")" >>"$work/cpu.$mta"; done
done

grep_cpu=$(median <"$work/cpu.0")
scan_cpu=$(median <"$work/cpu.2")
printf '%s\n%s lines, %s\n\n' "$(uname -m), $(awk -F ': ' '/model name/ {print $2; exit}' /proc/cpuinfo), $(nproc) cores, Debian $(cat /etc/debian_version)" \
  "$lines" "$(cat "$work/generated")"
printf '| %-45s | %13s | %18s | %10s | %15s |\n' 'on the same file' 'CPU seconds' 'lines per CPU s' 'to grep -c' 'to mta_exporter'
printf '|---|---|---|---|---|\n'
for tool in "${!names[@]}"; do
  [ -e "$work/cpu.$tool" ] || continue
  median <"$work/cpu.$tool" | awk -v name="${names[$tool]}" -v lines="$lines" -v grep="$grep_cpu" -v scan="$scan_cpu" \
    '{printf "| %-45s | %13.3f | %18d | %10.2f | %15.2f |\n", name, $1, lines / $1, $1 / grep, $1 / scan}'
done

printf '\n| %-9s | %9s | %8s | %13s | %18s | %21s |\n' 'scan of' 'bytes' 'lines' 'CPU seconds' 'ns CPU per line' "per byte to Postfix's"
printf '|---|---|---|---|---|---|\n'
postfix_cpu=$(median <"$work/cpu.postfix")
for mta in "${mtas[@]}"; do
  median <"$work/cpu.$mta" | awk -v name="$mta" -v bytes="$(wc -c <"$(mta_log "$mta")")" -v lines="$(wc -l <"$(mta_log "$mta")")" \
    -v postfix="$postfix_cpu" -v postfix_bytes="$(wc -c <"$log")" \
    '{printf "| %-9s | %9d | %8d | %13.3f | %18.0f | %21.2f |\n", name, bytes, lines, $1, $1 / lines * 1e9, $1 / bytes / (postfix / postfix_bytes)}'
done
