"""Who may import, run and publish."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from overt.accounts import roles
from overt.accounts.actors import Actor
from overt.accounts.permissions import NotAllowed
from overt.hotspots import rules
from overt.hotspots.services import area_counts, areas, crimes, places, roads

ANALYST = Actor(label="user:ann", roles=frozenset({roles.ANALYST, roles.AUDITOR}))
COMMAND = Actor(label="command:analyse:ann", is_command=True)
OTHERS = [
    Actor(label="user:ann"),
    *(Actor(label="user:ann", roles=frozenset({role})) for role in roles.ALL[1:]),
]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("actor", [ANALYST, COMMAND])
def test_an_analyst_and_a_command_import_run_and_publish(actor: Actor) -> None:
    assert rules.may_import(actor).allowed
    assert rules.may_analyse(actor).allowed
    assert rules.may_publish(actor, state="done", is_published=False).allowed


@pytest.mark.parametrize("actor", OTHERS, ids=lambda actor: ",".join(actor.roles) or "no role")
def test_every_other_role_reads_only(actor: Actor) -> None:
    assert rules.may_import(actor).rule == "import-needs-analyst"
    assert rules.may_analyse(actor).rule == "analyse-needs-analyst"
    published = rules.may_publish(actor, state="done", is_published=False)
    assert published.rule == "publish-needs-analyst"
    assert not rules.may_import(actor).allowed
    assert not rules.may_analyse(actor).allowed
    assert not published.allowed


@pytest.mark.parametrize("state", ["queued", "running", "refused", "failed"])
def test_only_an_analysis_with_a_result_is_published(state: str) -> None:
    decision = rules.may_publish(ANALYST, state=state, is_published=False)
    assert (decision.allowed, decision.rule) == (False, "publish-needs-result")


def test_an_analysis_is_published_once() -> None:
    decision = rules.may_publish(ANALYST, state="done", is_published=True)
    assert (decision.allowed, decision.rule) == (False, "publish-once")


@pytest.mark.parametrize("kind", ["crimes", "areas", "places", "roads", "tables"])
def test_every_import_asks_the_rule_before_it_opens_a_file(tmp_path: Path, kind: str) -> None:
    path, actor = tmp_path / "not-there.csv", OTHERS[0]
    imports = {
        "crimes": lambda: crimes.import_files(
            paths=[path], mapping=None, force=None, actor=actor, now=NOW
        ),
        "areas": lambda: areas.import_areas(
            path=path, kind="borough", name_field="n", code_field="", actor=actor, now=NOW
        ),
        "places": lambda: places.import_places(
            path=path,
            kind="station",
            name_field="n",
            lon_field="lon",
            lat_field="lat",
            actor=actor,
            now=NOW,
        ),
        "roads": lambda: roads.import_roads(
            path=path, name_field="n", kind_field="", actor=actor, now=NOW
        ),
        "tables": lambda: area_counts.import_area_counts(paths=[path], actor=actor, now=NOW),
    }
    with pytest.raises(NotAllowed, match="Only an analyst can import data"):
        imports[kind]()
