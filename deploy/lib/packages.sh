# shellcheck shell=bash
# Debian packages for the scripts that source this file: installed where they are missing, or unpacked privately.

# What it takes to build the exporter; the same names on Debian 12 and 13.
# shellcheck disable=SC2034
BUILD_PACKAGES=(g++ cmake ninja-build pkg-config prometheus-cpp-dev libcivetweb-dev libyaml-cpp-dev libcli11-dev libfmt-dev
  libexpected-dev nlohmann-json3-dev zlib1g-dev libbz2-dev liblzma-dev libzstd-dev libssl-dev libsystemd-dev libevent-dev
  libcrypt-dev libseccomp-dev)

# What it takes to make the Debian package of it.
# shellcheck disable=SC2034
DEB_PACKAGES=(python3 scdoc dpkg-dev file)

say() { printf '== %s\n' "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

can_be_root() { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }

# as_root COMMAND...: as root already, or through sudo.
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# missing_packages NAME...: those of the names that are not installed, one per line.
missing_packages() {
  local name
  for name in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s\n' "$name"
  done
}

# Each line of the input in the place of the one before; at the end nothing is left of them.
in_place() {
  local line width
  width=$(tput cols 2>/dev/null || echo 80)
  while IFS= read -r line; do printf '\r\033[K%s' "${line:0:width-1}"; done
  printf '\r\033[K'
}

# quietly COMMAND...: its output only when it fails; on a terminal meanwhile the latest line of it.
quietly() {
  local log status=0
  log=$(mktemp)
  if [ -t 1 ]; then
    { "$@" 2>&1 </dev/null || status=$?; } > >(tee "$log" | in_place)
    wait $!
  else
    "$@" >"$log" 2>&1 </dev/null || status=$?
  fi
  [ "$status" = 0 ] || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

# known_packages NAME...: true if apt knows an installable version of each.
known_packages() {
  local name
  for name in "$@"; do
    # No pipe: grep -q would end before apt-cache has said all, which pipefail takes for an error.
    [[ "$(apt-cache policy "$name" 2>/dev/null)" == *"Candidate: "[!\(]* ]] || return 1
  done
}

# need_packages NAME...: installs what is missing; asks for a fresh package list first where apt does not know a name,
# and once more where the list turns out to be stale.
need_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "needs the Debian packages ${missing[*]}, and there is no apt-get here"
  can_be_root || die "needs the Debian packages ${missing[*]}: install them, or run this as root or with sudo"
  say "installing ${missing[*]}"
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -q
    --no-install-recommends "${missing[@]}")
  if ! known_packages "${missing[@]}" || ! as_root "${install[@]}" >/dev/null 2>&1 </dev/null; then
    quietly as_root apt-get update -q || die "apt-get update failed: is there a network?"
    quietly as_root "${install[@]}" || die "could not install ${missing[*]}"
  fi
}

# unpacked_packages FOLDER NAME...: downloads the named packages and unpacks them below FOLDER without installing
# anything, so that no service of theirs is ever started.  Done once; a half-done FOLDER is never left behind.
unpacked_packages() {
  local folder=$1
  shift
  [ -e "$folder/.complete" ] && return 0
  mkdir -p "$(dirname "$folder")"
  (
    flock 9
    [ -e "$folder/.complete" ] && exit 0
    rm -rf "$folder" "$folder.new"
    mkdir -p "$folder.new/debs"
    cd "$folder.new/debs" || exit 1
    known_packages "$@" || { can_be_root && as_root apt-get update -q >/dev/null 2>&1; } || true
    # Root's apt would otherwise fetch as its own user, who may not write here.
    apt-get -o APT::Sandbox::User=root download -q "$@" >../download.log 2>&1 </dev/null || {
      tail -n 3 ../download.log >&2
      exit 1
    }
    for deb in *.deb; do dpkg-deb -x "$deb" .. || exit 1; done
    rm -r ../debs ../download.log
    touch ../.complete
    mv "$folder.new" "$folder"
  ) 9>"$folder.lock"
}

# The cache of unpacked packages and Debian roots: outside of the tree, kept from run to run.
cache_folder() { printf '%s/mta_exporter\n' "${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}"; }

# prometheus_prefix: the folder below which bin/prometheus, bin/promtool and share/prometheus stand: /usr where
# Debian's prometheus is installed, else a private copy with the scripts its pages need.
prometheus_prefix() {
  if command -v prometheus >/dev/null && command -v promtool >/dev/null && [ -d /usr/share/prometheus/web ]; then
    echo /usr
    return
  fi
  local folder pages
  folder=$(cache_folder)/prometheus
  if [ ! -e "$folder/.complete" ]; then
    known_packages prometheus || { can_be_root && as_root apt-get update -q >/dev/null 2>&1; } || true
    mapfile -t pages < <(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
      --no-replaces --no-enhances prometheus 2>/dev/null | grep -E '^(libjs|fonts)-' | sort -u)
    if known_packages promtool; then pages+=(promtool); fi  # a package of its own since Debian 13
    unpacked_packages "$folder" prometheus "${pages[@]}" || return 1
  fi
  echo "$folder/usr"
}

# syslog_prefix: the folder below which sbin/rsyslogd and sbin/logrotate stand, with what they need of libraries that
# may not be installed; nothing of it is started by itself.
syslog_prefix() {
  local folder
  folder=$(cache_folder)/syslog
  unpacked_packages "$folder" rsyslog libestr0 libfastjson4 liblognorm5 logrotate libpopt0 || return 1
  echo "$folder/usr"
}

# journal_prefix: the folder below which lib/systemd/systemd-journal-remote stands, which writes journal files without a
# running journald; nothing of it is started by itself.
journal_prefix() {
  local folder libraries
  if [ -x /usr/lib/systemd/systemd-journal-remote ]; then
    echo /usr
    return
  fi
  folder=$(cache_folder)/journal
  mapfile -t libraries < <(apt-cache depends systemd-journal-remote 2>/dev/null |
    grep -oE '(libsystemd-shared|libmicrohttpd|libcurl)[^ ]*$' | sort -u)
  unpacked_packages "$folder" systemd-journal-remote "${libraries[@]}" || return 1
  echo "$folder/usr"
}
