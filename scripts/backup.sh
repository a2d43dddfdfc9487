#!/usr/bin/env bash
# Back up an Overt while it runs.
#
#   scripts/backup.sh FOLDER          the database and the files, as a new folder in FOLDER
#   scripts/backup.sh --keys FOLDER   the keys and the settings, as a new folder in FOLDER
#
# The settings are those of Overt, from the environment. Prints the folder that was made. Keys are
# backed up by themselves, to another place: who has the database and the keys can rewrite both.
set -euo pipefail
umask 077
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/places.sh"

what=data
if [[ ${1-} == --keys ]]; then
  what=keys
  shift
fi
[[ $# == 1 ]] || fail "usage: $0 [--keys] FOLDER"

made=$1/overt-$what-$(date -u +%Y%m%dT%H%M%SZ)
draft=$made.partial
[[ ! -e $made ]] || fail "$made is there already: wait a second."
mkdir -p "$1"
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
  # To be put back by hand: another machine may have another place for them.
  env | grep '^OVERT_' | sort >"$draft/settings.env"
}

"back_up_$what"
sums=$(cd "$draft" && find . -type f -exec sha256sum {} +)
echo "$sums" >"$draft/SHA256SUMS"
sync --file-system "$draft"
mv "$draft" "$made"
echo "$made"
