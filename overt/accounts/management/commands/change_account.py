"""`manage.py change_account USERNAME`: other roles, another rank or unit, in use or not."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from overt.accounts import roles, selectors, services
from overt.accounts.actors import Actor
from overt.accounts.models import Rank, User

_DETAILS = ("add_roles", "remove_roles", "rank", "unit")
_STATES = ("disable", "enable", "reset_second_factor")


class Command(BaseCommand):
    help = (
        "Changes an account: its roles, rank and unit together, or one of the rest by itself. "
        "Each call is one entry in the ledger."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the name that the account signs in with")
        for option, dest, what in (
            ("--add-role", "add_roles", "give a role; may be given several times"),
            ("--remove-role", "remove_roles", "take a role away; may be given several times"),
        ):
            parser.add_argument(
                option, dest=dest, action="append", choices=roles.ALL, default=[], help=what
            )
        parser.add_argument("--rank", choices=Rank.values, help="the rank it has from now on")
        parser.add_argument("--unit", help="the unit it belongs to from now on")
        state = parser.add_mutually_exclusive_group()
        state.add_argument(
            "--disable", action="store_true", help="close it and end its sessions at once"
        )
        state.add_argument("--enable", action="store_true", help="open it again")
        state.add_argument(
            "--reset-second-factor",
            action="store_true",
            help="take away its second factors, as when a phone is lost, and end its sessions",
        )
        parser.add_argument("--quiet", action="store_true", help="print nothing but errors")

    def handle(self, *args: Any, **options: Any) -> None:
        details = {name: options[name] for name in _DETAILS if options[name] not in (None, [])}
        states = [name for name in _STATES if options[name]]
        if bool(details) == bool(states):
            raise CommandError(
                "Say what to change: roles, rank or unit; or one of --disable, --enable and "
                "--reset-second-factor by itself."
            )
        try:
            user = _change(options["username"], details, states)
        except (services.AccountRefused, services.FactorRefused) as error:
            raise CommandError(str(error)) from error
        if not options["quiet"]:
            held = ", ".join(selectors.roles_of(user))
            state = "in use" if user.is_active else "disabled"
            self.stdout.write(
                f"Changed {user.username} ({user.get_rank_display()}, {state}): {held}"
            )


def _change(username: str, details: dict[str, Any], states: list[str]) -> User:
    actor, now = Actor.of_command("change_account"), timezone.now()
    if details:
        return services.change_account(username=username, actor=actor, now=now, **details)
    service = {
        "disable": services.disable_account,
        "enable": services.enable_account,
        "reset_second_factor": services.reset_factors,
    }[states[0]]
    return service(username=username, actor=actor, now=now)
