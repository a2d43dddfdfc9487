"""The task list and the pages of the tasks, filled in as a browser fills them in."""

import hashlib
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from overt.accounts.models import User
from overt.deployments.application import tasks
from overt.deployments.forms.task_form import TaskForm
from overt.deployments.models import Deployment, DraftEditor
from overt.deployments.services import drafts
from overt.deployments.views.tasks import FORMS
from overt.hotspots.models import Place
from overt.ledger.models import Entry
from tests.accounts.signing_in import sign_in
from tests.deployments import making
from tests.deployments.pages.answering import address, answer, errors, soup, task_address, text


def stored(deployment: Deployment) -> tasks.Draft:
    return tasks.read_draft(Deployment.objects.get(pk=deployment.pk).draft)


@pytest.fixture
def empty(cast: making.People) -> Deployment:
    return drafts.create(title="Winter market", actor=making.actor(cast.planner), now=making.NOW)


@pytest.fixture
def full(cast: making.People) -> Deployment:
    return making.draft(cast)


def test_a_title_begins_a_draft_and_leads_to_its_tasks(planner: Client) -> None:
    response = planner.post(reverse("deployments:new"), {"title": " Station square "})
    made = Deployment.objects.get()
    assert response.headers["Location"] == address("tasks", made)
    assert (made.title, made.state) == ("Station square", "draft")


@pytest.mark.parametrize("title", ["", "   ", "x" * 121, "two\nlines", "\0"])
def test_a_title_that_is_none_is_refused(title: str, planner: Client) -> None:
    response = planner.post(reverse("deployments:new"), {"title": title})
    assert len(errors(response)) == 1
    assert not Deployment.objects.exists()


def test_the_task_list_says_of_each_task_why_it_is_incomplete(
    planner: Client, empty: Deployment
) -> None:
    page = soup(planner.get(address("tasks", empty)))
    lines = page.select(".govuk-task-list__item")
    assert len(lines) == 11
    assert all("Incomplete" in line.get_text() for line in lines)
    assert "Choose the borough" in lines[1].get_text()


def test_the_task_list_of_a_whole_application_is_completed(
    planner: Client, full: Deployment
) -> None:
    page = soup(planner.get(address("tasks", full)))
    states = [line.get_text(strip=True) for line in page.select(".govuk-task-list__status")]
    assert states == ["Completed"] * 11


@pytest.mark.parametrize("task", [task.slug for task in tasks.TASKS])
def test_saving_what_is_there_changes_nothing(task: str, planner: Client, full: Deployment) -> None:
    # The builder plans signs without looking for the ways in that they miss; the page looks.
    answer(planner, task_address(full, "signs"))
    full.refresh_from_db()
    entries = Entry.objects.exclude(verb="page.read").count()
    response = answer(planner, task_address(full, task))
    assert response.status_code == 302, errors(response)
    after = Deployment.objects.get(pk=full.pk)
    assert (after.draft, after.revision) == (full.draft, full.revision)
    assert Entry.objects.exclude(verb="page.read").count() == entries


@pytest.mark.parametrize("task", [task.slug for task in tasks.TASKS])
def test_others_read_a_task_and_cannot_change_it(
    task: str, auditor: Client, full: Deployment
) -> None:
    page = soup(auditor.get(task_address(full, task)))
    assert page.find("input", attrs={"name": "seen_revision"}) is None
    assert page.select(".govuk-summary-list")
    assert auditor.post(task_address(full, task), {"do": "save"}).status_code == 403
    unknown = reverse("deployments:task", kwargs={"reference": "LFR-1999-1", "slug": task})
    assert auditor.post(unknown).status_code == 403
    assert auditor.get(unknown).status_code == 404


def test_a_task_that_is_none_is_not_found(planner: Client, full: Deployment) -> None:
    assert planner.get(task_address(full, "faces")).status_code == 404


def test_a_submitted_application_is_read_only(
    planner: Client, full: Deployment, cast: making.People
) -> None:
    making.submitting.submit(
        deployment=full,
        seen_revision=full.revision,
        actor=making.actor(cast.planner),
        now=making.NOW,
    )
    response = planner.get(task_address(full, "necessity"))
    assert soup(response).find("input", attrs={"name": "seen_revision"}) is None
    sent = {"seen_revision": full.revision, "aim": "Another", "alternatives-rows": "0"}
    refused = planner.post(task_address(full, "necessity"), sent)
    assert refused.status_code == 409
    assert stored(full).necessity.aim != "Another"


def test_text_is_saved_with_its_lines_and_shown_as_text(planner: Client, empty: Deployment) -> None:
    aim = "<b>Find</b> people\r\nwho are wanted & violent"
    answer(planner, task_address(empty, "necessity"), aim=aim)
    assert stored(empty).necessity.aim == "<b>Find</b> people\nwho are wanted & violent"
    content = planner.get(address("check_answers", empty)).content.decode()
    assert "&lt;b&gt;Find&lt;/b&gt; people" in content
    assert "<b>Find" not in content


@pytest.mark.parametrize("odd", ["a\0b", "a\x07b", "x" * 10_001])
def test_control_characters_and_too_much_text_are_refused_cleanly(
    odd: str, planner: Client, empty: Deployment
) -> None:
    response = answer(planner, task_address(empty, "necessity"), aim=odd)
    assert response.status_code == 200
    assert len(errors(response)) == 1
    assert stored(empty).necessity.aim == ""


def test_another_row_is_added_and_one_is_taken_away_without_saving(
    planner: Client, empty: Deployment
) -> None:
    path = task_address(empty, "watchlist")
    first = {"categories-0-name": "Wanted", "categories-0-count": "not a number"}
    more = answer(planner, path, do="add:categories", **first)
    page = soup(more)
    assert len(page.select('input[name$="-count"]')) == 2
    assert page.find("input", attrs={"name": "categories-0-count"})["value"] == "not a number"
    assert errors(more) == []
    fewer = soup(answer(planner, path, do="remove:categories-0", **first))
    assert fewer.select('input[name$="-count"]') == []
    assert Deployment.objects.get(pk=empty.pk).revision == 0


def test_blank_rows_are_no_rows_and_half_rows_are_refused(
    planner: Client, empty: Deployment
) -> None:
    path = task_address(empty, "watchlist")
    good = {"categories-0-name": "Wanted", "categories-0-count": "8000", "under_18": "0"}
    answer(planner, path, **good | {"categories-rows": "2"})
    assert stored(empty).watchlist.categories == (tasks.Category(name="Wanted", count=8000),)
    half = answer(planner, path, **{"categories-0-count": "", "categories-1-name": "Other"})
    assert errors(half) == ["Enter the number of people in the category"] * 2


@pytest.mark.parametrize("count", ["-1", "1.5", "10000001", "lots", "१"])
def test_counts_are_whole_numbers_in_bounds(count: str, planner: Client, empty: Deployment) -> None:
    response = answer(planner, task_address(empty, "watchlist"), under_18=count)
    if count == "१":
        return  # Python reads every script's digits; the number is the same
    assert len(errors(response)) == 1


def moment(name: str, day: int, month: int, clock: str, **more: str) -> dict[str, str]:
    parts = {"day": str(day), "month": str(month), "year": "2027", "time": clock, **more}
    return {f"{name}_{part}": value for part, value in parts.items()}


def test_a_deployment_may_go_past_midnight(planner: Client, empty: Deployment) -> None:
    answer(
        planner,
        task_address(empty, "time"),
        **moment("setup_at", 12, 1, "20:00"),
        **moment("starts_at", 12, 1, "21:30"),
        **moment("ends_at", 13, 1, "1.30"),
        **moment("takedown_at", 13, 1, "0230"),
    )
    time = stored(empty).time
    assert time.starts_at and time.ends_at
    assert time.ends_at - time.starts_at == making.timedelta(hours=4)


def test_the_hour_that_the_clocks_skip_is_refused_on_the_page(
    planner: Client, empty: Deployment
) -> None:
    response = answer(planner, task_address(empty, "time"), **moment("starts_at", 28, 3, "01:30"))
    assert errors(response) == [
        "Start: 01:30 on 28 March 2027 does not exist, the clocks go forward over it"
    ]


def test_the_hour_that_comes_twice_asks_which(planner: Client, empty: Deployment) -> None:
    path = task_address(empty, "time")
    twice = moment("starts_at", 31, 10, "01:30")
    asked = answer(planner, path, **twice)
    assert "comes twice" in errors(asked)[0]
    page = soup(asked)
    assert len(page.select('input[name="starts_at_which"]')) == 2
    (link,) = page.select(".govuk-error-summary__list a")
    assert page.select_one(str(link["href"])) is not None
    answer(planner, path, **twice, starts_at_which="second")
    start = stored(empty).time.starts_at
    assert start is None or start.isoformat() == "2027-10-31T01:30:00+00:00"
    assert start is not None
    again = soup(planner.get(path))
    chosen = again.select_one('input[name="starts_at_which"][checked]')
    assert chosen is not None and chosen["value"] == "second"


def test_an_edit_on_a_stale_page_is_refused_and_shows_both(
    planner: Client, full: Deployment
) -> None:
    path = task_address(full, "necessity")
    stale = {"seen_revision": str(full.revision)}
    answer(planner, path, aim="Mine first")
    refused = answer(planner, path, aim="Mine second", **stale)
    assert refused.status_code == 409
    assert "Mine first" in text(refused)
    assert "Mine second" in text(refused)
    assert stored(full).necessity.aim == "Mine first"


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999999999999999999", "²"])
def test_a_revision_that_was_never_shown_is_refused(
    seen: str, planner: Client, full: Deployment
) -> None:
    response = answer(planner, task_address(full, "necessity"), aim="Other", seen_revision=seen)
    assert response.status_code == 409


def test_a_file_is_hashed_as_it_comes_and_kept_nowhere(
    planner: Client, empty: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"%PDF-1.7 an assessment" * 200_000
    monkeypatch.setattr(
        "django.core.files.uploadedfile.TemporaryUploadedFile.__init__",
        lambda *a, **k: pytest.fail("a file was written"),
    )
    file = SimpleUploadedFile("dpia.pdf", content)
    answer(planner, task_address(empty, "assessments"), a0_reference="D-1", a0_file=file)
    (one,) = stored(empty).assessments.assessments
    assert one.sha256 == hashlib.sha256(content).hexdigest()
    assert one.kind == "Data protection impact assessment"


def test_a_file_that_is_too_large_is_refused(
    planner: Client, empty: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("overt.deployments.forms.uploads.LARGEST_MB", 1)
    file = SimpleUploadedFile("dpia.pdf", b"x" * 1_000_001)
    response = answer(planner, task_address(empty, "assessments"), a0_file=file)
    assert errors(response) == ["The file is larger than 50 MB"]


@pytest.mark.parametrize("sha256", ["abc", "g" * 64, "a" * 63])
def test_a_hash_that_is_none_is_refused(sha256: str, planner: Client, empty: Deployment) -> None:
    response = answer(planner, task_address(empty, "assessments"), a0_sha256=sha256)
    assert len(errors(response)) == 1


def test_an_operator_must_hold_the_role(
    planner: Client, empty: Deployment, cast: making.People
) -> None:
    path = task_address(empty, "resources")
    offered = soup(planner.get(path)).select('input[name="operators"]')
    assert [box["value"] for box in offered] == [str(cast.operator.pk)]
    refused = answer(planner, path, operators=[str(cast.auditor.pk)])
    assert errors(refused) == ["Operators: choose listed ones"]
    answer(planner, path, operators=[str(cast.operator.pk)], gold=str(cast.officer.pk))
    resources = stored(empty).resources
    assert resources.gold and resources.gold.name == "Sam, Superintendent"
    assert [one.id for one in resources.operators] == [cast.operator.pk]


def test_what_another_deployment_holds_is_warned_of(
    planner: Client, full: Deployment, cast: making.People
) -> None:
    other = making.deployment_in("submitted", cast, title="First come")
    page = text(planner.get(task_address(full, "resources")))
    assert f"Van 1 is taken by that of {other.reference}" in page


def test_more_than_a_form_takes_is_answered_as_such(planner: Client, empty: Deployment) -> None:
    response = planner.post(task_address(empty, "place"), {"zone_geojson": "x" * 40_000_000})
    assert response.status_code == 413
    assert "Too much was sent" in text(response)


def test_a_search_finds_places_and_keeps_what_was_said_of_them(
    planner: Client, full: Deployment
) -> None:
    east, north = stored(full).place.zone[0]
    school = Place.objects.create(
        kind="school",
        name="Hill <School>",
        easting=east - 50_00,
        northing=north,
        source_name="places.csv",
        source_sha256="a" * 64,
    )
    path = task_address(full, "sensitive-places")
    answer(planner, path, do="search")
    (found,) = stored(full).sensitive_places.places
    assert (found.place.name, found.kind, found.distance_m) == ("Hill <School>", "school", 50)
    assert "Say what is done about Hill <School>" in text(planner.get(path))
    answer(planner, path, **{f"place_{school.pk}": "No recognition when school ends."})
    answer(planner, path, do="search")
    (kept,) = stored(full).sensitive_places.places
    assert kept.mitigation == "No recognition when school ends."


def test_signs_are_proposed_round_the_zone(planner: Client, full: Deployment) -> None:
    path = task_address(full, "signs")
    answer(planner, path, do="evenly")
    plan = stored(full).signs
    assert plan.zone == stored(full).place.zone
    assert [sign.code for sign in plan.signs] == [f"S{n + 1}" for n in range(len(plan.signs))]
    assert plan.uncovered == ()
    first = {"signs-0-code": "S2"}
    assert errors(answer(planner, path, **first)) == ["Give each sign a code of its own: S2"]


def test_a_sign_that_is_taken_away_leaves_a_way_in(planner: Client, full: Deployment) -> None:
    path = task_address(full, "signs")
    answer(planner, path, do="evenly")
    shown = soup(planner.get(path)).select('input[name$="-code"]')
    gone = {
        f"signs-{number}-{part}": ""
        for number in range(len(shown) // 2)
        for part in ("code", "easting", "northing", "description")
    }
    answer(planner, path, **gone)
    assert stored(full).signs.uncovered
    assert stored(full).signs.uncovered[0] in text(planner.get(path))


def test_what_the_policy_says_is_shown_with_how_sure_it_is(
    planner: Client, full: Deployment
) -> None:
    page = text(planner.get(task_address(full, "place")))
    assert "Widest zone of recognition 500 m Assumed" in page


def test_whoever_saves_becomes_an_editor(
    browser_of: Callable[[User], Client], full: Deployment
) -> None:
    second = making.account("pia", "planner")
    answer(browser_of(second), task_address(full, "necessity"), aim="Hers")
    assert DraftEditor.objects.filter(deployment=full, person=second).exists()


def test_a_forged_request_is_refused_also_where_files_are_hashed_as_they_come(
    cast: making.People, empty: Deployment
) -> None:
    forging = Client(enforce_csrf_checks=True)
    sign_in(forging, cast.planner)
    sent = {"seen_revision": "0", "aim": "Theirs", "alternatives-rows": "0"}
    assert forging.post(task_address(empty, "necessity"), sent).status_code == 403
    assert stored(empty).necessity.aim == ""


def test_every_task_has_a_form_that_shows_what_is_saved_and_reads_what_is_sent() -> None:
    assert set(FORMS) == set(tasks.BY_NAME)
    for form in FORMS.values():
        assert form.shown is not TaskForm.shown
        assert form.read is not TaskForm.read
