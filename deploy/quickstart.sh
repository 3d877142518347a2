#!/usr/bin/env bash
# See mta_exporter at work on a fresh Debian 12 or 13, in one command and with no configuration.
#
#   deploy/quickstart.sh            builds the exporter, lets it follow this machine's mail log, or, where there is none,
#                                   a replayed log of each of Postfix, sendmail and qmail; starts Prometheus beside it
#                                   and says where to look.  Ctrl-C ends all of it.
#   deploy/quickstart.sh --replay   follow the replayed logs even where there is a mail log
#   deploy/quickstart.sh --check    replay, see the counters rise in Prometheus, stop; exit status 0 if they did
#
# Run it as root, or as a user with sudo (asked for when packages are missing).  Needs the network for Debian packages
# only.  Everything listens on 127.0.0.1.  It touches no service of the system: Prometheus is Debian's, unpacked into
# the cache folder and never installed, unless it is installed already, and then runs beside that one.  It may be run
# twice, even at the same time: the second run reuses the build and takes free ports.
#
# MTA_EXPORTER and MTA_LOG_GENERATOR name binaries to use instead of building them.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=deploy/lib/packages.sh
. "$root/deploy/lib/packages.sh"

mode=own-log
case ${1-} in
  "") ;;
  --replay) mode=replay ;;
  --check) mode=check ;;
  -h | --help) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" && exit 0 ;;
  *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2 && exit 2 ;;
esac

build() {
  exporter=${MTA_EXPORTER-$root/build/quickstart/mta_exporter}
  generator=${MTA_LOG_GENERATOR-$root/build/quickstart/tests/bench/log_generator}
  [ -z "${MTA_EXPORTER-}" ] || [ -z "${MTA_LOG_GENERATOR-}" ] || return 0
  need_packages "${BUILD_PACKAGES[@]}"
  say "building (a few minutes the first time)"
  mkdir -p "$root/build"
  (
    flock 9
    if [ ! -e "$root/build/quickstart/build.ninja" ]; then
      quietly cmake -G Ninja -S "$root" -B "$root/build/quickstart" -DCMAKE_BUILD_TYPE=Release -DMTA_TESTS=OFF ||
        die "cmake failed"
    fi
    quietly cmake --build "$root/build/quickstart" --target mta_exporter log_generator || die "it does not build"
  ) 9>"$root/build/quickstart.lock"
}

# A port of 127.0.0.1 nobody answers on, from $1 upwards.
free_port() {
  local port
  for ((port = $1; port < $1 + 200; ++port)); do
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  die "no free port from $1 on"
}

declare -A names=() # process id: name; its output is in $work/NAME.out
# start NAME COMMAND...: in the background; ends with this script, however that ends.
start() {
  local name=$1
  shift
  setpriv --pdeathsig TERM "$@" >"$work/$name.out" 2>&1 </dev/null &
  names[$!]=$name
}

finish() {
  local status=$? pid
  trap '' INT TERM HUP
  for pid in "${!names[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${!names[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
  [ "${#names[@]}" = 0 ] || say "all stopped"
  exit "$status"
}

# The mail log of this machine, if there is one with anything in it.
own_log() {
  local log
  for log in /var/log/mail.log /var/log/maillog; do
    if [ -s "$log" ]; then
      [ -r "$log" ] || { say "$log may not be read by $(id -un): replaying sample logs (run as root to follow it)" >&2; return 1; }
      echo "$log"
      return
    fi
  done
  return 1
}

start_exporter() {
  local log port mta flags=()
  if [ "$mode" = own-log ] && log=$(own_log); then
    say "following $log"
    followed=$log
    flags=("$log")
  else
    say "replaying logs of Postfix, sendmail and qmail"
    followed='three replayed logs'
    for mta in postfix sendmail qmail; do
      start "replay-$mta" "$generator" --mta="$mta" --live --rate=20 --seed="$$" --output="$work/$mta.log"
      flags+=("$work/$mta.log")
    done
  fi
  port=$(free_port 9025)
  exporter_address=http://127.0.0.1:$port
  STATE_DIRECTORY=$work/state start exporter "$exporter" serve --from-beginning --web.listen-address="127.0.0.1:$port" "${flags[@]}"
  wait_for "the exporter" curl -fsS --max-time 5 "$exporter_address/metrics"
}

start_prometheus() {
  local prefix port
  say "getting Prometheus"
  prefix=$(prometheus_prefix) || die "no Prometheus here, and its package cannot be fetched: is there a network?"
  port=$(free_port 9090)
  prometheus_address=http://127.0.0.1:$port
  cat >"$work/prometheus.yml" <<END
global: {scrape_interval: 2s, evaluation_interval: 5s}
scrape_configs:
  - job_name: mta
    static_configs: [{targets: ['${exporter_address#http://}']}]
END
  (cd "$work" && "$prefix/bin/promtool" check config prometheus.yml) >"$work/promtool.out" 2>&1 || { cat "$work/promtool.out" >&2; die "Prometheus does not take its configuration"; }
  start prometheus "$prefix/bin/prometheus" --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" \
    --web.listen-address="127.0.0.1:$port" --web.local-assets="$prefix/share/prometheus/web" --log.level=warn
  wait_for Prometheus curl -fsS --max-time 5 "$prometheus_address/-/ready"
  wait_for "the first scrape" counted
}

# query EXPRESSION: the value of a one-series instant query, nothing where there is none.
query() {
  curl -fsS --max-time 5 -G --data-urlencode "query=$1" "$prometheus_address/api/v1/query" |
    sed -n 's/.*"value":\[[^,]*,"\([^"]*\)"\].*/\1/p'
}
counted() { [ -n "$(query 'sum(mta_exporter_log_lines_total)')" ]; }

# wait_for WHAT COMMAND...: until the command succeeds; gives up when a process of ours ended, or after a minute.
wait_for() {
  local what=$1 deadline=$((SECONDS + 60))
  shift
  until "$@" >/dev/null 2>&1; do
    all_running
    [ "$SECONDS" -lt "$deadline" ] || die "$what does not answer after a minute"
    sleep 0.2
  done
}

all_running() {
  local pid
  for pid in "${!names[@]}"; do
    kill -0 "$pid" 2>/dev/null && continue
    tail -n 5 "$work/${names[$pid]}.out" >&2
    die "${names[$pid]} has ended"
  done
}

where_to_look() {
  # Debian's build has the classic pages only.
  local site=$prometheus_address
  curl -fsS -o /dev/null --max-time 5 "$site/classic/graph" 2>/dev/null && site=$site/classic
  # sum by (mta, status) (rate(mta_delivery_attempts_total[1m])), as a graph
  local graph='graph?g0.expr=sum%20by%20(mta%2C%20status)%20(rate(mta_delivery_attempts_total%5B1m%5D))&g0.tab=0&g0.range_input=5m'
  cat <<END

The exporter follows $followed:
  start here             $exporter_address/
  its metrics            $exporter_address/metrics
Prometheus asks it every two seconds:
  deliveries a second    $site/$graph
  the target             $site/targets
From another machine:    ssh -L ${exporter_address##*:}:127.0.0.1:${exporter_address##*:} -L ${prometheus_address##*:}:127.0.0.1:${prometheus_address##*:} $(uname -n)

Ctrl-C ends all of it.
END
}

# --check: the landing page stands, and what Prometheus sees of each MTA rises.
risen() {
  local mta now
  for mta in postfix sendmail qmail; do
    now=$(query "sum(mta_delivery_attempts_total{mta=\"$mta\"})")
    [ -n "$now" ] || return 1
    [ -n "${first[$mta]-}" ] || first[$mta]=$now
    awk -v now="$now" -v first="${first[$mta]}" 'BEGIN {exit !(now > first)}' || return 1
  done
}
declare -A first=()

need_packages curl
build
work=$(mktemp -d "${TMPDIR:-/tmp}/mta_exporter-quickstart.XXXXXX")
trap finish EXIT
trap 'exit 0' INT TERM HUP
start_exporter
start_prometheus
if [ "$mode" = check ]; then
  curl -fsS --max-time 5 "$exporter_address/" | grep -q '/metrics' || die "the landing page does not name /metrics"
  wait_for "a rise of all three MTAs' deliveries in Prometheus" risen
  say "the counters of all three MTAs rise"
  exit 0
fi
where_to_look
wait -n "${!names[@]}" || true
all_running
