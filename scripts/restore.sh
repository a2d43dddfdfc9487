#!/usr/bin/env bash
# Put an Overt back from its backups, into an empty database and an empty data folder.
#
#   scripts/restore.sh DATA [KEYS] [--sums FILE] [--checkpoint FILE]... [--key FILE]...
#
# DATA and KEYS are folders that backup.sh made; without KEYS no secret key is put back. The settings
# are those of Overt, from the environment. --sums is a copy of DATA's SHA256SUMS that was kept
# elsewhere: with it a backup that somebody changed is refused as one that is damaged. At the end the
# database's triggers are checked, and the ledger is verified, also against the checkpoints and the
# public keys that were kept elsewhere. Ends with 0 only when all that is in order: what was put back
# stays, either way. Nothing of Overt may run meanwhile.
set -euo pipefail
umask 077
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/places.sh"

usage="usage: $0 DATA [KEYS] [--sums FILE] [--checkpoint FILE]... [--key FILE]..."
[[ $# -ge 1 && $1 != -* ]] || fail "$usage"
from=$(cd "$1" && pwd)
shift
keys=
if [[ $# -ge 1 && $1 != -* ]]; then
  keys=$(cd "$1" && pwd)
  shift
fi
kept=
held=() # what verify_ledger is told
while (($#)); do
  [[ $# -ge 2 ]] || fail "$usage"
  case $1 in
    --sums) kept=$2 ;;
    --checkpoint | --key)
      held+=("$1")
      # A key may be given itself. Paths are those of whoever calls.
      if [[ -e $2 ]]; then held+=("$(realpath "$2")"); else held+=("$2"); fi
      ;;
    *) fail "$usage" ;;
  esac
  shift 2
done

for folder in "$from" ${keys:+"$keys"}; do
  # Nothing is read that has no sum.
  [[ -e $folder/SHA256SUMS && $(cut -c 67- "$folder/SHA256SUMS") == \
    "$(cd "$folder" && find . -type f ! -path ./SHA256SUMS | sort)" ]] &&
    (cd "$folder" && sha256sum --check --quiet --strict SHA256SUMS) ||
    fail "$folder is damaged or incomplete. Nothing was changed."
done
if [[ -n $kept ]] && ! cmp --silent "$kept" "$from/SHA256SUMS"; then
  fail "$from is not the backup of which $kept was kept. Nothing was changed."
fi

is_empty() { # is_empty FOLDER
  [[ ! -e $1 || -z $(find "$1" -type f -print -quit) ]]
}

for folder in "$data/crimes" "$data/files" ${keys:+"$ledger_keys" "$permit_keys"}; do
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

mkdir -p "$data"
if [[ -n $keys ]]; then
  mkdir -p "$ledger_keys" "$permit_keys"
  find "$keys/ledger" -type f -exec cp -p {} "$ledger_keys" \;
  find "$keys/permits" -type f -exec cp -p {} "$permit_keys" \;
  if [[ -e $keys/secret-key ]]; then
    cp -p "$keys/secret-key" "$data"
  fi
fi
if [[ -n $(sqlite_file) ]]; then
  cp "$from/database.sqlite3" "$(sqlite_file)"
else
  # The comment on an extension would need its owner.
  pg_restore --dbname "$server" --single-transaction --exit-on-error --no-owner \
    --no-privileges --no-comments "$from/database.dump"
fi
tar --extract --file "$from/files.tar" --directory "$data"

cd "$root"
# As manage.py does one after the other, in one process.
"$python" -c '
import sys
import django
from django.core.management import CommandError, call_command

django.setup()
try:
    call_command("migrate", check_unapplied=True, verbosity=0)
except SystemExit:
    sys.exit("The backup is of another version of Overt: run that version, or manage.py migrate.")
try:
    call_command("check", databases=["default"], tags=["database"])
    call_command("verify_ledger", *sys.argv[1:])
except CommandError as error:
    sys.exit(str(error))
' ${held[@]+"${held[@]}"}
[[ -n $keys ]] || echo "No secret key was put back: see ledger_keys list and permit_keys list."
