"""`manage.py add_team NAME`: a team that deployments can name."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from overt.accounts.actors import Actor
from overt.deployments.errors import FieldRefused
from overt.deployments.services import equipment


class Command(BaseCommand):
    help = "Add a team that deployments can name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="as people call it")
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = equipment.add_team(
                name=options["name"],
                actor=Actor.of_command("add_team"),
                now=timezone.now(),
            )
        except FieldRefused as error:
            raise CommandError(str(error)) from error
        if not options["quiet"]:
            self.stdout.write(f"Added team {added.name}.")
