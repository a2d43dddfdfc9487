"""`manage.py add_system NAME`: a system that deployments can name."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from overt.accounts.actors import Actor
from overt.deployments.errors import FieldRefused
from overt.deployments.services import equipment


class Command(BaseCommand):
    help = "Add a system that deployments can name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="as people call it")
        parser.add_argument("--description", default="", help='what it is, as "van, two cameras"')
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = equipment.add_system(
                name=options["name"],
                description=options["description"],
                actor=Actor.of_command("add_system"),
                now=timezone.now(),
            )
        except FieldRefused as error:
            raise CommandError(str(error)) from error
        if not options["quiet"]:
            self.stdout.write(f"Added system {added.name}.")
