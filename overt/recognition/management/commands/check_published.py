"""`manage.py check_published FILE`: does a force's own published table agree with itself?"""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from overt.policy import profiles
from overt.policy.document import Profile
from overt.recognition.account import published
from overt.recognition.account.inconsistencies import Finding, inconsistencies

FOUND, UNREADABLE = 1, 2
# So many row numbers are written out; all of them are in --json.
SHOWN_ROWS = 12


class Command(BaseCommand):
    help = (
        "Reads a published table of live facial recognition deployments (CSV) and lists "
        "what in it cannot be true (wrong), is unlikely (suspect), or is written in two ways "
        "(form), with row numbers as a spreadsheet shows them. Nothing is stored or changed. Exit "
        "code: 0 nothing found, 1 something found, 2 the file cannot be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the table, as CSV")
        parser.add_argument(
            "--profile",
            metavar="NAME",
            help="the policy whose floors of the threshold hold (the active one)",
        )
        parser.add_argument("--json", action="store_true", help="print a JSON list instead")
        parser.add_argument(
            "--quiet", action="store_true", help="print nothing but errors; the exit code tells"
        )

    def handle(self, *args: Any, file: Path, profile: str | None, **options: Any) -> None:
        try:
            policy = profiles.load(profile)
            table = published.read(_content(file))
        except profiles.ProfileError as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        except OSError as error:
            said = f"{file} cannot be read: {error.strerror}"
            raise CommandError(said, returncode=UNREADABLE) from error
        except published.Unreadable as error:
            said = f"{file} cannot be read. {error}"
            raise CommandError(said, returncode=UNREADABLE) from error
        found = inconsistencies(table, lambda day: _floor(policy, day))
        if not options["quiet"]:
            if options["json"]:
                self.stdout.write(json.dumps([asdict(one) for one in found], indent=2))
            else:
                self._write(found, rows=len(table.rows))
        if found:
            raise SystemExit(FOUND)

    def _write(self, found: Sequence[Finding], *, rows: int) -> None:
        for one in found:
            columns = f" ({', '.join(one.columns)})" if one.columns else ""
            self.stdout.write(f"{one.severity}: {one.name}: {_rows(one.rows)}{columns}")
            self.stdout.write(f"  {one.sentence}")
        if not found:
            self.stdout.write(f"{rows:,} rows: nothing found.")
            return
        severities = Counter(one.severity for one in found)
        counted = ", ".join(f"{number} {severity}" for severity, number in severities.items())
        self.stdout.write(f"{rows:,} rows: {len(found):,} found ({counted}).")


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        # One byte more than may be: `read` refuses it.
        return opened.read(published.MOST_BYTES + 1)


def _floor(policy: Profile, day: date) -> Fraction | None:
    floor = policy.threshold.floor_on(day)
    return Fraction(floor.value) if floor else None


def _rows(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:SHOWN_ROWS]))
    more = f" and {len(numbers) - SHOWN_ROWS:,} more" if len(numbers) > SHOWN_ROWS else ""
    return f"{'row' if len(numbers) == 1 else 'rows'} {shown}{more}"
