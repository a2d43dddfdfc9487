"""`manage.py simulated_system`: a process that behaves as a recognition system does towards Overt.

It has no camera and recognises nobody: it draws numbers. It reads nothing of Overt's database.
"""

import signal
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from overt_permit import keys
from overt_permit.errors import KeyFileError, Refused
from overt_permit.signing import Key

from overt.recognition.simulated import faults
from overt.recognition.simulated.figures import Draw
from overt.recognition.simulated.system import Setup, System
from overt.recognition.simulated.wire import Wire

NOT_DONE = 3


class Command(BaseCommand):
    help = (
        "Behaves as a force's recognition system does towards Overt, over HTTP: asks for permits "
        "and verifies them, runs only under them, and sends counts and outcomes that it draws. It "
        "has no camera, sees nobody and recognises nobody. Exit codes: 0 the session is over and "
        f"told; 1 it cannot begin; {NOT_DONE} it was ended before that."
    )
    # It is a process of its own, which needs no database.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--server", required=True, help="as http://127.0.0.1:8000")
        parser.add_argument("--key", required=True, type=Path, help="file of the system's key")
        parser.add_argument("--state", required=True, type=Path, help="folder that it keeps")
        parser.add_argument(
            "--system", required=True, type=int, help="its number, as system:NUMBER"
        )
        parser.add_argument("--issuer", default=settings.PERMIT_ISSUER, help="who gives permits")
        parser.add_argument("--max-life", type=int, default=60, help="longest permit, seconds")
        parser.add_argument("--skew", type=int, default=5, help="clock difference, seconds")
        parser.add_argument("--threshold", default="0.64", help="similarity it alerts from")
        parser.add_argument(
            "--watchlist",
            action="append",
            required=True,
            metavar="CATEGORY=COUNT",
            help="people on the list of one kind, as often as there are kinds",
        )
        parser.add_argument("--under-18", type=int, default=0, help="of them under 18")
        parser.add_argument("--seed", type=int, default=1, help="of the numbers that it draws")
        parser.add_argument("--busy", type=float, default=1.0, help="times as many faces")
        parser.add_argument("--alerting", type=float, default=1.0, help="times as many alerts")
        parser.add_argument("--tick", type=float, default=0.5, help="seconds between two looks")
        parser.add_argument("--batch", type=float, default=5.0, help="seconds between two batches")
        parser.add_argument(
            "--fault", action="append", default=[], help=faults.__doc__.splitlines()[0]
        )
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = keys.read(options["key"])
            system = self._system(key, options)
            system.faults = faults.Faults(options["fault"])
        except (KeyFileError, Refused, ValueError) as error:
            raise CommandError(str(error)) from error
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        asked = options["state"] / "faults"
        while not system.is_done:
            try:
                wanted = faults.read(asked)
                system.faults = system.faults if wanted is None else wanted
                system.tick()
            except (faults.UnknownFault, Refused) as error:
                raise CommandError(str(error)) from error
            if stop.wait(options["tick"]):
                raise SystemExit(NOT_DONE)

    def _system(self, key: Key, options: dict[str, Any]) -> System:
        said = (lambda line: None) if options["quiet"] else self._say
        return System(
            Setup(
                audience=f"system:{options['system']}",
                issuer=options["issuer"],
                max_life_s=options["max_life"],
                skew_s=options["skew"],
                threshold=options["threshold"],
                watchlist=_watchlist(options["watchlist"]),
                under_18=options["under_18"],
                draw=Draw(options["seed"], options["busy"], options["alerting"]),
                batch_s=options["batch"],
            ),
            Wire(options["server"], key),
            options["state"],
            wall=time.time,
            # It goes on while the machine sleeps.
            monotonic=lambda: time.clock_gettime(time.CLOCK_BOOTTIME),
            say=said,
        )

    def _say(self, line: str) -> None:
        self.stdout.write(f"{time.strftime('%H:%M:%S')} {line}")
        self.stdout.flush()


def _watchlist(given: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for text in given:
        name, sign, count = text.rpartition("=")
        if not sign or not count.isdecimal() or not name.strip():
            raise ValueError(f"--watchlist {text}: write it as CATEGORY=COUNT.")
        found[name.strip()] = int(count)
    return found
