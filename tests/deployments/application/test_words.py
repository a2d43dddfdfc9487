"""An application in words: the same rows for pages and papers."""

from datetime import UTC, datetime

import pytest

from overt.deployments.application import document, tasks, words
from overt.policy import profiles
from tests.deployments import making


def values(task: str, data: tasks.TaskData) -> dict[str, tuple[str, ...]]:
    return {row.name: row.values for row in words.rows(task, data, profiles.load())}


def test_an_empty_task_has_its_rows_without_values() -> None:
    for task in tasks.TASKS:
        for row in words.rows(task.name, task.schema()):
            assert row.label
            assert row.values == (), (task.name, row)


def test_a_time_is_said_in_london_with_its_zone() -> None:
    winter = tasks.Time(starts_at=datetime(2026, 12, 5, 11, 0, tzinfo=UTC))
    summer = tasks.Time(starts_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert values("time", winter)["starts_at"] == ("Saturday 5 December 2026, 11:00 GMT",)
    assert values("time", summer)["starts_at"] == ("Wednesday 1 July 2026, 00:30 BST",)


def test_the_length_is_what_passes_whatever_the_clocks_do() -> None:
    # On 25 October 2026 the clocks go back at 02:00 BST.
    start = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    end = datetime(2026, 10, 25, 3, 0, tzinfo=UTC)
    told = values("time", tasks.Time(starts_at=start, ends_at=end))
    assert told["starts_at"] == ("Sunday 25 October 2026, 01:00 BST",)
    assert told["ends_at"] == ("Sunday 25 October 2026, 03:00 GMT",)
    assert told["length"] == ("3 hours",)


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(1, "1 minute"), (60, "1 hour"), (125, "2 hours 5 minutes"), (121, "2 hours 1 minute")],
)
def test_a_length_is_said_in_hours_and_minutes(minutes: int, shown: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert words.length(start, start + making.timedelta(minutes=minutes)) == shown


def test_a_position_is_said_in_degrees_and_on_the_grid() -> None:
    # The Ordnance Survey's own transform puts this point of the grid there, to a metre or two.
    (shown,) = words.positions([(530000_00, 180000_00)])
    assert shown.startswith("51.50")
    assert shown.endswith("(grid 530000.00, 180000.00)")


def test_the_use_case_has_its_name_and_section_with_the_profile_and_its_key_without() -> None:
    data = tasks.UseCase(use_case="event_pso", reason="A big event.")
    assert values("use_case", data)["use_case"] == ("Event PSO (section 2.7(b) of the policy)",)
    assert words.rows("use_case", data)[0].values == ("event pso",)


def test_html_stays_text() -> None:
    data = tasks.UseCase(use_case="", reason="<script>alert(1)</script>")
    assert values("use_case", data)["reason"] == ("<script>alert(1)</script>",)


@pytest.mark.django_db
def test_a_frozen_document_has_a_section_for_every_task_in_order() -> None:
    draft = making.complete_draft(making.people())
    frozen = document.build(
        draft,
        reference="LFR-2026-0001",
        version=1,
        title="Winter market",
        profile=profiles.load(),
        hotspot=None,
        uncovered=(),
    )
    found = words.sections(frozen, profiles.load())
    assert [section.title for section in found] == [task.title for task in tasks.TASKS]
    for task, section in zip(tasks.TASKS, found, strict=True):
        expected = words.rows(task.name, getattr(draft, task.name), profiles.load())
        assert list(section.rows) == expected


@pytest.mark.django_db
def test_rows_of_one_task_have_names_of_their_own() -> None:
    draft = making.complete_draft(making.people())
    for task in tasks.TASKS:
        names = [row.name for row in words.rows(task.name, getattr(draft, task.name))]
        assert len(names) == len(set(names)), task.name
