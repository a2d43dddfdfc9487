"""`manage.py expire_deployments`: what a worker does every minute, by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from overt.accounts.actors import Actor
from overt.deployments.services import lifecycle, passing


class Command(BaseCommand):
    help = (
        "End what time has ended: deployments that never went live, and oral authorities that "
        "were not put in writing in time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="show, change nothing")
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["dry_run"]:
            expired = [found.reference for found in lifecycle.due_to_expire(now=now)]
            lapsed = [
                found.reference
                for found in lifecycle.due_to_lapse(now=now)
                if found.reference not in expired
            ]
            self._say(options, "Would expire", expired)
            self._say(options, "Would lapse", lapsed)
            return
        passed = passing.pass_time(actor=Actor.of_command("expire_deployments"), now=now)
        self._say(options, "Expired", passed.expired)
        self._say(options, "Lapsed", passed.lapsed)
        if passed.failed:
            raise CommandError(f"Could not be ended, see the log: {', '.join(passed.failed)}")

    def _say(self, options: dict[str, Any], what: str, references: Any) -> None:
        if not options["quiet"]:
            self.stdout.write(f"{what}: {', '.join(references) or 'none'}")
