#!/usr/bin/env bash
# See mta_exporter at work on a fresh Debian 12 or 13, in one command and with no configuration.
#
#   deploy/quickstart.sh            builds the exporter, lets it follow this machine's mail log, or, where there is none,
#                                   the logs of a simulated site with Postfix, sendmail and qmail on a bad day; starts
#                                   Prometheus beside it, with the alert rules and, for the simulated site, the hours
#                                   that lie behind it, and Grafana with the dashboards where a grafana-server is
#                                   installed; and says where to look.  Ctrl-C ends all of it.
#   deploy/quickstart.sh --replay   the simulated site even where there is a mail log
#   deploy/quickstart.sh --check    the simulated site; see the counters rise in Prometheus and an alert fire, stop;
#                                   exit status 0 if they did
#
# Run it as root, or as a user with sudo (asked for when packages are missing).  Needs the network for Debian packages
# only.  Everything listens on 127.0.0.1.  It touches no service of the system: Prometheus is Debian's, unpacked into
# the cache folder and never installed, unless it is installed already, and then runs beside that one.  It may be run
# twice, even at the same time: the second run reuses the build and takes free ports.
#
# MTA_EXPORTER names a binary to use instead of building it.
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
  [ -z "${MTA_EXPORTER-}" ] || return 0
  need_packages "${BUILD_PACKAGES[@]}"
  say "building (a few minutes the first time)"
  mkdir -p "$root/build"
  (
    flock 9
    if [ ! -e "$root/build/quickstart/build.ninja" ]; then
      quietly cmake -G Ninja -S "$root" -B "$root/build/quickstart" -DCMAKE_BUILD_TYPE=Release -DMTA_TESTS=OFF ||
        die "cmake failed"
    fi
    quietly cmake --build "$root/build/quickstart" --target mta_exporter || die "it does not build"
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

# What is followed: `flags` for the exporter, and in $work/data what Prometheus knows of it already.
choose_log() {
  local log
  if [ "$mode" = own-log ] && log=$(own_log); then
    say "following $log"
    followed=$log flags=("$log")
    return
  fi
  say "simulating the last hours of a mail site, with trouble in the last one"
  followed='a simulated site with Postfix, sendmail and qmail'
  flags=("$work/postfix.log" "$work/sendmail.log" "$work/qmail.log")
  need_packages python3
  MTA_EXPORTER=$exporter start site python3 -B "$root/tests/day/history.py" "$work" --live --hours=4 --messages=60000 \
    --promtool="$prometheus/bin/promtool" --target='job="mta",instance="quickstart"' \
    --incident=destination_defers=-50m..30m --incident=password_attack=-25m..30m --incident=qmail_limit=-45m..20m --incident=sendmail_load=-25m..-2m
  wait_for 180 "the simulated site" test -e "$work/ready"
}

start_exporter() {
  exporter_address=http://127.0.0.1:$(free_port 9025)
  STATE_DIRECTORY=$work/state start exporter "$exporter" serve --from-beginning --web.listen-address="${exporter_address#http://}" "${flags[@]}"
  wait_for 60 "the exporter" curl -fsS --max-time 5 "$exporter_address/metrics"
}

# Copies of the rules that wait seconds where they should wait minutes, also after a start of the exporter: nobody
# watches a quickstart for half an hour.
impatient_rules() {
  local file
  mkdir -p "$work/rules"
  for file in "$root"/deploy/prometheus/*.yml; do
    [ ! -e "$file" ] || sed -E 's/^( *)(for|keep_firing_for): .*/\1\2: 15s/; s/^( *interval): .*/\1: 5s/
      s/(process_start_time_seconds < bool) [0-9]+/\1 5/; s/(:behind)\[[0-9]+m\]/\1[10s]/' "$file" >"$work/rules/${file##*/}"
  done
}

start_prometheus() {
  local port
  port=$(free_port 9090)
  prometheus_address=http://127.0.0.1:$port
  impatient_rules
  cat >"$work/prometheus.yml" <<END
global: {scrape_interval: 2s, evaluation_interval: 5s}
rule_files: [rules/*.yml]
scrape_configs:
  - job_name: mta
    static_configs: [{targets: ['${exporter_address#http://}'], labels: {instance: quickstart}}]
END
  (cd "$work" && "$prometheus/bin/promtool" check config prometheus.yml) >"$work/promtool.out" 2>&1 || { cat "$work/promtool.out" >&2; die "Prometheus does not take its configuration"; }
  start prometheus "$prometheus/bin/prometheus" --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" \
    --web.listen-address="127.0.0.1:$port" --web.local-assets="$prometheus/share/prometheus/web" --log.level=warn
  wait_for 60 Prometheus curl -fsS --max-time 5 "$prometheus_address/-/ready"
  wait_for 60 "the first scrape" counted
}

# Grafana beside them, where it is installed: its own folder and port, the dashboards and the data source provisioned.
start_grafana() {
  local port home=/usr/share/grafana
  grafana_address=
  command -v grafana-server >/dev/null || return 0
  port=$(free_port 3000)
  mkdir -p "$work"/grafana/{data,logs,plugins,provisioning/{datasources,dashboards,plugins,alerting}}
  cat >"$work/grafana/grafana.ini" <<END
[paths]
data = $work/grafana/data
logs = $work/grafana/logs
plugins = $work/grafana/plugins
provisioning = $work/grafana/provisioning
[server]
http_addr = 127.0.0.1
http_port = $port
[auth.anonymous]
enabled = true
org_role = Editor
[analytics]
reporting_enabled = false
check_for_updates = false
END
  cat >"$work/grafana/provisioning/datasources/prometheus.yml" <<END
apiVersion: 1
datasources:
  - {name: Prometheus, type: prometheus, access: proxy, url: '$prometheus_address', isDefault: true, jsonData: {timeInterval: 15s}}
END
  cat >"$work/grafana/provisioning/dashboards/mta.yml" <<END
apiVersion: 1
providers:
  - {name: mta_exporter, type: file, options: {path: '$root/dashboards'}}
END
  say "starting Grafana"
  start grafana grafana-server --homepath "$home" --config "$work/grafana/grafana.ini"
  wait_for 120 Grafana curl -fsS --max-time 5 "http://127.0.0.1:$port/api/health"
  grafana_address=http://127.0.0.1:$port
}

# query EXPRESSION: the value of a one-series instant query, nothing where there is none.
query() {
  curl -fsS --max-time 5 -G --data-urlencode "query=$1" "$prometheus_address/api/v1/query" |
    sed -n 's/.*"value":\[[^,]*,"\([^"]*\)"\].*/\1/p'
}
counted() { [ -n "$(query 'sum(mta_exporter_log_lines_total)')" ]; }

# An alert fires, if there are rules.
alarmed() {
  [ -n "$(ls "$work/rules")" ] || return 0
  [ "$(query 'count(ALERTS{alertstate="firing"})')" ]
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds; gives up when a process of ours ended, or after that time.
wait_for() {
  local seconds=$1 what=$2 deadline=$((SECONDS + $1))
  shift 2
  until "$@" >/dev/null 2>&1; do
    all_running
    [ "$SECONDS" -lt "$deadline" ] || die "no sign of $what after $seconds seconds"
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

# graph TITLE EXPRESSION: a line with the address of that graph in Prometheus.
graph() {
  local escaped
  escaped=$(printf '%s' "$2" | sed 's/ /%20/g; s/"/%22/g; s/,/%2C/g; s/\[/%5B/g; s/\]/%5D/g; s/{/%7B/g; s/}/%7D/g; s|/|%2F|g; s/=/%3D/g; s/>/%3E/g; s/+/%2B/g')
  printf '  %-22s %s/graph?g0.expr=%s&g0.tab=0&g0.range_input=2h\n' "$1" "$site" "$escaped"
}

where_to_look() {
  # Debian's build has the classic pages only.
  local site=$prometheus_address
  curl -fsS -o /dev/null --max-time 5 "$site/classic/graph" 2>/dev/null && site=$site/classic
  cat <<END

The exporter follows $followed:
  start here             $exporter_address/
  its metrics            $exporter_address/metrics
END
  [ -z "$grafana_address" ] || echo "  dashboards             $grafana_address/d/mta-overview"
  echo "Prometheus asks it every two seconds:"
  graph 'deliveries a second' 'sum by (mta, status) (rate(mta_delivery_attempts_total{hop="final"}[5m]))'
  graph 'deferred share' 'sum by (source) (rate(mta_delivery_attempts_total{status="deferred", hop="final"}[15m])) / sum by (source) (rate(mta_delivery_attempts_total{hop="final"}[15m]))'
  graph 'why mail is put off' 'sum by (reason) (rate(mta_messages_deferred_total[5m])) * 60 > 0'
  graph 'who puts it off' 'topk(5, sum by (destination) (rate(mta_destination_attempts_total{status="deferred"}[15m]))) * 60'
  graph '90 % delivered within' 'histogram_quantile(0.9, sum by (mta, le) (rate(mta_delivery_delay_seconds_bucket{status="sent", hop="final"}[15m])))'
  [ -z "$(ls "$work/rules")" ] || echo "  alerts                 $site/alerts     (their waits are cut to seconds here)"
  cat <<END
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
say "getting Prometheus"
prometheus=$(prometheus_prefix) || die "no Prometheus here, and its package cannot be fetched: is there a network?"
choose_log
start_exporter
start_prometheus
start_grafana
if [ "$mode" = check ]; then
  curl -fsS --max-time 5 "$exporter_address/" | grep '/metrics' >/dev/null || die "the landing page does not name /metrics"
  wait_for 60 "a rise of all three MTAs' deliveries in Prometheus" risen
  say "the counters of all three MTAs rise"
  wait_for 120 "an alert that fires" alarmed
  exit 0
fi
where_to_look
wait -n "${!names[@]}" || true
all_running
