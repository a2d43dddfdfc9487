#!/usr/bin/env bash
# See that the programs and libraries are there that pip and npm cannot bring.
#
#   scripts/system_packages.sh run|dev
#
# As root on Debian or a descendant, what is missing is installed; otherwise it is named.
set -euo pipefail
PATH=$PATH:/sbin:/usr/sbin

missing=()

need() { # need PACKAGE COMMAND...: the Debian package is missing when the command fails
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}

library() {
  [[ $(ldconfig -p) == *"$1"* ]]
}

fonts() {
  [[ -n $(find /usr/share/fonts /usr/local/share/fonts -name '*.ttf' -print -quit 2>/dev/null) ]]
}

venv() { # for an interpreter that Debian brought without its venv
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      "$name" -c 'import ensurepip, venv'
      return
    fi
  done
}

postgresql() {
  command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb'
}

case ${1-} in
  run)
    need python3-venv venv
    need nodejs command -v node
    need npm command -v npm
    need libpango-1.0-0 library libpango-1.0.so.0
    need libpangoft2-1.0-0 library libpangoft2-1.0.so.0
    need libharfbuzz-subset0 library libharfbuzz-subset.so.0
    need fonts-dejavu-core fonts
    ;;
  dev)
    need chromium command -v chromium
    need postgresql postgresql
    need redis-server command -v redis-server
    ;;
  *)
    echo "usage: $0 run|dev" >&2
    exit 2
    ;;
esac

((${#missing[@]})) || exit 0

if ! command -v apt-get >/dev/null; then
  echo "Please install, by your system's own names: ${missing[*]}" >&2
  exit 1
fi
if ((EUID != 0)); then
  echo "System packages are missing. Please run: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends "${missing[@]}"
