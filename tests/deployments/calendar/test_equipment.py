"""Systems and teams are added on the server, each with one entry of the ledger."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from overt.accounts.permissions import NotAllowed
from overt.deployments.models import System, Team
from overt.deployments.services import equipment
from overt.ledger.models import Entry
from tests.deployments import making

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def said(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_system_is_added_with_its_description() -> None:
    assert said("add_system", " Van  7 ", "--description", "van, two cameras") == (
        "Added system Van 7.\n"
    )
    system = System.objects.get()
    assert (system.name, system.description) == ("Van 7", "van, two cameras")
    entry = Entry.objects.get(verb="system.added")
    assert entry.subject == f"system:{system.pk}"
    assert entry.payload == '{"description":"van, two cameras","name":"Van 7"}'


def test_a_team_is_added_quietly() -> None:
    assert said("add_team", "Green team", "--quiet") == ""
    assert Team.objects.get().name == "Green team"
    assert Entry.objects.get(verb="team.added").payload == '{"name":"Green team"}'


@pytest.mark.parametrize("command", ["add_system", "add_team"])
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("van 7", "already"),
        ("  ", "printable"),
        ("a\u200bb", "printable"),
        ("x" * 81, "at most 80"),
    ],
)
def test_a_name_that_will_not_do_is_refused(command: str, name: str, why: str) -> None:
    call_command(command, "Van 7", quiet=True)
    with pytest.raises(CommandError, match=why):
        call_command(command, name)
    assert Entry.objects.filter(verb__endswith=".added").count() == 1


def test_a_description_that_is_too_long_is_refused() -> None:
    with pytest.raises(CommandError, match="at most 200"):
        call_command("add_system", "Van 7", description="x" * 201)


def test_no_account_adds_equipment() -> None:
    cast = making.people()
    for user in (cast.planner, cast.officer, cast.auditor):
        with pytest.raises(NotAllowed):
            equipment.add_system(
                name="Van", description="", actor=making.actor(user), now=making.NOW
            )
        with pytest.raises(NotAllowed):
            equipment.add_team(name="Team", actor=making.actor(user), now=making.NOW)
