#!/usr/bin/env bash
# What it costs to trace the mail of one recipient through a big Postfix log, beside `grep -c` for the same address.
#
#   tests/bench/trace_cost.sh [--size=1G] [--runs=5] [BUILD]      BUILD: default build/release
#
# Prints CPU seconds (user + system), the median of runs taken in turn, their ratio, and trace's peak memory.
set -euo pipefail
cd "$(dirname "$0")/../.."
size=1G runs=5 build=build/release
for argument in "$@"; do
  case $argument in
    --size=*) size=${argument#*=} ;;
    --runs=*) runs=${argument#*=} ;;
    -*) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    *) build=$argument ;;
  esac
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=$work/mail.log
"$build/tests/bench/log_generator" --mta=postfix --size="$size" --output="$log"
# A recipient of a few messages, from the middle of the log.
address=$(grep -m1 -o 'postfix/smtp\[.*to=<[^>]*' < <(tail -c +$(($(stat -c %s "$log") / 2)) "$log") | sed 's/.*to=<//')
export LC_ALL=C TIMEFORMAT='%U %S'
cpu() { { time "$@" >"$work/out"; } 2>&1 | awk '{printf "%.3f\n", $1 + $2}'; }
for ((run = 0; run < runs; ++run)); do
  cpu grep -c "$address" "$log" >>"$work/grep"
  cpu "$build/mta_exporter" trace --to="$address" "$log" >>"$work/trace"
done
median() { sort -n "$1" | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
peak=$(python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[2:], stdout=open(sys.argv[1], "wb"), check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$work/out" "$build/mta_exporter" trace --format=json --to="$address" "$log")
awk -v g="$(median "$work/grep")" -v t="$(median "$work/trace")" -v p="$peak" -v n="$(wc -l <"$work/out")" -v a="$address" \
  'BEGIN {printf "grep -c %s: %.3f s\nmta_exporter trace --to=%s: %.3f s, %.2f times as much; %d messages, %d kB at most\n", a, g, a, t, t / g, n, p}'
