#!/usr/bin/env bash
# Where an Overt keeps what it keeps, from its settings: read by backup.sh and restore.sh.
# shellcheck disable=SC2034

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}
data=${OVERT_DATA_DIR:-$root/var}
url=${OVERT_DATABASE_URL:-sqlite:///$data/overt.sqlite3}
ledger_keys=$data/keys/ledger
[[ -z ${OVERT_LEDGER_KEY-} ]] || ledger_keys=$(dirname "$OVERT_LEDGER_KEY")
permit_keys=${OVERT_PERMIT_KEY_FOLDER:-$data/keys/permits}
export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-overt.config.settings}

fail() {
  echo "$*" >&2
  exit 1
}

sqlite_file() { # the path in the URL; nothing for another database
  [[ $url != sqlite:* ]] || echo "${url#sqlite:///}"
}

# A password belongs in no list of processes, so that it is taken out of the URL.
part_of_url() {
  URL=$url "$python" -c '
import os, sys, urllib.parse
parts = urllib.parse.urlsplit(os.environ["URL"])
if sys.argv[1] == "password":
    print(urllib.parse.unquote(parts.password or ""), end="")
else:
    login, at, place = parts.netloc.rpartition("@")
    print(parts._replace(netloc=login.partition(":")[0] + at + place).geturl(), end="")
' "$1"
}

use_server() {
  server=$(part_of_url rest)
  PGPASSWORD=$(part_of_url password)
  if [[ -n $PGPASSWORD ]]; then export PGPASSWORD; else unset PGPASSWORD; fi
}
