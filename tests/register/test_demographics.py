"""The table of a year by self-defined ethnicity: when it is there, what it hides, and that it
stays."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from overt.deployments.models import Deployment
from overt.policy import profiles
from overt.recognition.selectors import demographics
from tests.deployments import making as deployments
from tests.deployments.making import START
from tests.recognition.publishing import (
    MINUTE,
    SECOND,
    alerts,
    decided,
    publish,
    published,
    stopped,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ADDRESS = "/register/records/2026/totals"
OVER = datetime(2027, 1, 1, tzinfo=UTC)
# By code: arrests, other actions, no action.
COUNTS = {
    "A1": (6, 7, 8),
    "A9": (3, 2, 1),
    "B1": (9, 9, 9),
    "W1": (12, 11, 10),
    "M1": (1, 6, 6),
    "O9": (7, 7, 7),
    "NS": (6, 6, 6),
}


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Sets the time of day of every page."""

    def put(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    put(OVER)
    return put


def text(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def groups(client):
    found = client.get(f"{ADDRESS}.json").json()["demographics"]
    return {one["label"]: list(one["counts"].values()) for one in found["groups"]}


def test_a_year_that_is_over_has_its_table_with_small_numbers_hidden_and_it_stays(client, at):
    desk = published(alerts=alerts(COUNTS, START, not_spoken_to=20), faces=900)
    at(OVER - SECOND)
    assert "It is published when the year is over." in text(client.get(f"{ADDRESS}/"))
    assert client.get(f"{ADDRESS}.json").json()["demographics"] is None
    at(OVER)
    shown = groups(client)
    assert shown["White"] == [12, 11, 10, 33]
    assert shown["Asian or Asian British"][3] == 27
    assert shown["Mixed"][0] is None
    # The one that is small is not to be computed from its column, nor the other from its row.
    assert sum(counts[0] is None for counts in shown.values()) > 1
    page = client.get(f"{ADDRESS}/")
    assert "A number below 5 is hidden" in text(page)
    rows = BeautifulSoup(page.content, "html.parser").select("table")[1].select("tbody tr")
    lines = {row.th.get_text(): [cell.get_text() for cell in row.select("td")] for row in rows}
    assert lines["Mixed"][0] == "hidden"
    assert lines["Everyone"] == ["44", "48", "47", "139"]
    listed = csv.DictReader(io.StringIO(client.get(f"{ADDRESS}.csv").content.decode()))
    values = {row["what"]: row["value"] for row in listed}
    assert (values["White: All"], values["Mixed: Arrest"]) == ("33", "hidden")
    # A correction shows in the sums, and not in the table.
    desk.tell(OVER, alerts=(decided("1", START + SECOND, ethnicity="W1", outcome="other"),))
    publish(desk, OVER + MINUTE, reason="Released without arrest.")
    sums = client.get(f"{ADDRESS}.json").json()
    assert (sums["figures"]["arrests"], sums["demographics"]["totals"]["arrest"]) == (43, 44)
    assert groups(client) == shown


def test_it_waits_for_the_last_record_of_the_year(client):
    cast = deployments.people()
    published(cast)
    stopped(cast, title="Late", start=START + timedelta(days=7))
    assert "when every deployment of the year has its record" in text(client.get(f"{ADDRESS}/"))


def test_a_year_of_which_nothing_smaller_can_be_shown_has_the_sums_alone(client):
    counts = dict.fromkeys(["A1", "B1", "M1", "W1", "O2", None], (4, 0, 0))
    published(alerts=alerts(counts, START))
    said = text(client.get(f"{ADDRESS}/"))
    assert "The groups are so small that only the sums can be shown." in said
    assert "White hidden 0 0 hidden" in said
    assert "Everyone 24 0 0 24" in said


def test_a_year_in_which_nothing_took_place_has_none(client):
    assert demographics.of_year(2019, now=OVER).why == "Nothing took place."


def test_without_a_number_in_the_policy_there_is_no_table(client, monkeypatch):
    desk = published()
    policy = profiles.load()
    bare = policy.model_copy(
        update={"records": policy.records.model_copy(update={"suppress_below": None})}
    )
    assert Deployment.objects.get(pk=desk.deployment.pk).policy_digest == policy.digest
    monkeypatch.setattr(demographics, "pinned", {policy.digest: bare}.get)
    assert "does not say which numbers are too small" in text(client.get(f"{ADDRESS}/"))
