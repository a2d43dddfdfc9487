#!/usr/bin/env bash
# Back up an Overt while it runs.
#
#   scripts/backup.sh FOLDER          database, files and public keys, as a new folder in FOLDER
#   scripts/backup.sh --keys FOLDER   the secret keys and the settings, as a new folder in FOLDER
#
# The settings are those of Overt, from the environment. Prints the folder that was made. Secret keys
# are backed up by themselves, to another place: who has the database and the keys can rewrite both.
set -euo pipefail
umask 077
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/places.sh"

what=data
if [[ ${1-} == --keys ]]; then
  what=keys
  shift
fi
[[ $# == 1 && $1 != -* ]] || fail "usage: $0 [--keys] FOLDER"

mkdir -p "$1"
made=$(cd "$1" && pwd)/overt-$what-$(date -u +%Y%m%dT%H%M%SZ)
draft=$made.partial
[[ ! -e $made ]] || fail "$made is there already: wait a second."
mkdir "$draft"
trap 'rm -rf "$draft"' EXIT

back_up_data() {
  # The database first: every file that it names is older than that, and is in the copy of the
  # files. A file that is written later is in the copy too, and nobody misses its row.
  if [[ -n $(sqlite_file) ]]; then
    "$python" -c '
import sqlite3, sys
with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as live:
    with sqlite3.connect(sys.argv[2]) as copy:
        live.backup(copy)
' "$(sqlite_file)" "$draft/database.sqlite3"
  else
    use_server
    pg_dump --dbname "$server" --format custom --file "$draft/database.dump"
  fi
  for folder in crimes files; do
    mkdir -p "$data/$folder"
  done
  tar --create --file "$draft/files.tar" --directory "$data" crimes files
  # With these whoever has the backup verifies checkpoints and permits, and can sign neither.
  mkdir "$draft/public"
  (cd "$root" && "$python" -c '
import pathlib, sys
import django
from django.core.management import CommandError, call_command

django.setup()
for command, verb, name in (
    ("ledger_keys", "export-public", "ledger-keys.txt"),
    ("permit_keys", "export-set", "permit-keys.jws"),
):
    with (pathlib.Path(sys.argv[1]) / name).open("w") as file:
        try:
            call_command(command, verb, stdout=file)
        except CommandError:
            pass  # there is none yet
' "$draft/public")
}

back_up_keys() {
  mkdir "$draft/ledger" "$draft/permits"
  if compgen -G "$ledger_keys/*.key" >/dev/null; then
    cp -p "$ledger_keys"/*.key "$draft/ledger"
  fi
  if [[ -n ${OVERT_LEDGER_KEY-} ]]; then
    cp -p "$OVERT_LEDGER_KEY" "$draft/ledger"
  fi
  if compgen -G "$permit_keys/*.jwk" >/dev/null; then
    cp -p "$permit_keys"/*.jwk "$draft/permits"
  fi
  if [[ -e $data/secret-key ]]; then
    cp -p "$data/secret-key" "$draft"
  fi
  # To be put back by hand: another machine may have another place for them. As systemd and a shell
  # read them.
  "$python" -c '
import os, shlex
for name, value in sorted(os.environ.items()):
    if name.startswith("OVERT_"):
        print(f"{name}={shlex.quote(value)}")
' >"$draft/settings.env"
}

"back_up_$what"
sums=$(cd "$draft" && find . -type f -exec sha256sum {} + | sort -k 2)
echo "$sums" >"$draft/SHA256SUMS"
sync --file-system "$draft"
mv "$draft" "$made"
echo "$made"
