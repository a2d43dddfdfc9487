#!/usr/bin/env bash
# Put an Overt back from its backups, into an empty database and an empty data folder.
#
#   scripts/restore.sh DATA KEYS [--checkpoint FILE]... [--key FILE]...
#
# DATA and KEYS are folders that backup.sh made. The settings are those of Overt, from the
# environment. At the end the database's triggers are checked, and the ledger is verified, also
# against the checkpoints and the public key that were kept elsewhere. Ends with 0 only when all that
# is in order: what was put back stays, either way. Nothing of Overt may run meanwhile.
set -euo pipefail
umask 077
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/places.sh"

[[ $# -ge 2 ]] || fail "usage: $0 DATA KEYS [--checkpoint FILE]... [--key FILE]..."
from=$(cd "$1" && pwd)
keys=$(cd "$2" && pwd)
shift 2
for folder in "$from" "$keys"; do
  (cd "$folder" && sha256sum --check --quiet --strict SHA256SUMS) ||
    fail "$folder is damaged or incomplete. Nothing was changed."
done

is_empty() { # is_empty FOLDER
  [[ ! -e $1 || -z $(find "$1" -type f -print -quit) ]]
}

for folder in "$data/crimes" "$data/files" "$ledger_keys" "$permit_keys"; do
  is_empty "$folder" || fail "$folder is not empty. Nothing was changed."
done
if [[ -n $(sqlite_file) ]]; then
  [[ -e $from/database.sqlite3 ]] || fail "The backup is of another kind of database."
  [[ ! -e $(sqlite_file) ]] || fail "$(sqlite_file) is there already. Nothing was changed."
else
  [[ -e $from/database.dump ]] || fail "The backup is of another kind of database."
  use_server
  tables=$(psql --dbname "$server" --no-psqlrc --tuples-only --no-align --command \
    "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
  [[ $tables == 0 ]] || fail "The database is not empty. Nothing was changed."
fi

mkdir -p "$data" "$ledger_keys" "$permit_keys"
find "$keys/ledger" -type f -exec cp -p {} "$ledger_keys" \;
find "$keys/permits" -type f -exec cp -p {} "$permit_keys" \;
if [[ -e $keys/secret-key ]]; then
  cp -p "$keys/secret-key" "$data"
fi
if [[ -n $(sqlite_file) ]]; then
  cp "$from/database.sqlite3" "$(sqlite_file)"
else
  pg_restore --dbname "$server" --single-transaction --exit-on-error --no-owner \
    --no-privileges "$from/database.dump"
fi
tar --extract --file "$from/files.tar" --directory "$data"

cd "$root"
"$python" manage.py migrate --check >/dev/null ||
  fail "The backup is of another version of Overt: run that version, or manage.py migrate."
"$python" manage.py check --database default
"$python" manage.py verify_ledger "$@"
