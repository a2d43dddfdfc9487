"""The public account: records, the table of a year, its totals, and overdue deletions."""

import csv
import hashlib
import io
import json
import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.sessions.models import Session as Login
from django.core.management import call_command
from django.utils import timezone

from overt.deployments import states as deployment_states
from overt.deployments.services import deciding, lifecycle
from overt.recognition import states
from overt.recognition.errors import NotSettled
from overt.recognition.selectors import account
from overt.recognition.services import accounting
from tests.deployments import making as deployments
from tests.deployments.making import START
from tests.recognition import making
from tests.recognition.publishing import (
    MINUTE,
    SECOND,
    correct,
    deletions,
    planner,
    publish,
    published,
    stopped,
)
from tests.register.announcing import announced, cancelled

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

DAY = timedelta(days=1)
ENDS = START + timedelta(hours=5)


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Sets the time of day of every page."""

    def put(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    put(ENDS + timedelta(hours=2))
    return put


def text(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def table(response):
    return list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))


def page_of(desk):
    return f"/register/{desk.deployment.reference}/"


def withdrawn(desk, now):
    """The authority is taken back while the session is live, and the system stops."""
    deciding.withdraw(
        deployment=desk.deployment,
        seen_digest=deployments.digest(desk.deployment),
        reason="INTERNAL-7f3a",
        actor=deployments.actor(desk.cast.officer),
        now=now,
    )
    desk.look(now)
    desk.tell(now + 2 * SECOND, stopped=making.stopped(now))
    desk.tell(now + MINUTE, deletions=deletions(now + MINUTE))
    assert desk.session.state == states.STOPPED


def test_a_page_shows_its_record_whole_and_the_files_are_what_the_digest_says(client):
    desk = published()
    record = desk.session.records.get()
    page = client.get(page_of(desk))
    said = text(page)
    rows = BeautifulSoup(page.content, "html.parser").select(".overt-record tbody tr")
    values = {row.th.get_text(): row.td.get_text() for row in rows}
    assert len(values) == 16
    assert values["Faces seen (estimate)"] == "90"
    assert values["Watchlist Size"] == "8,400"
    assert values["Outcome - Arrest"] == "1"
    assert desk.session.version.digest in said
    assert "5 December 2026, 11:00 to 16:00 GMT" in said
    assert "First notice 24 November 2026" in said
    assert "8 in place" in said
    assert "1 of 2 alerts, 50.0 %; 95 % interval" in said
    assert "too narrow rather than too wide" in said
    assert record.digest in said
    assert said.index("the record") < said.index("The notice")
    file = client.get(f"{page_of(desk)}record.json")
    assert hashlib.sha256(file.content).hexdigest() == record.digest
    assert client.get(f"{page_of(desk)}records/1.json").content == file.content
    (row,) = table(client.get(f"{page_of(desk)}record.csv"))
    assert (row["Total Alerts"], row["Reference"]) == ("2", desk.deployment.reference)
    assert client.get(f"{page_of(desk)}records/2.json").status_code == 404


def test_a_true_recognition_rate_is_shown_from_a_seeded_test_and_never_otherwise(client):
    desk = published()
    assert "nobody knows without a seeded test. None was made here." in text(
        client.get(page_of(desk))
    )
    accounting.seed(
        session_id=desk.session_id,
        passes=40,
        correct_alerts=1,
        words="INTERNAL-7f3a",
        actor=planner(desk),
        now=ENDS + 20 * MINUTE,
    )
    publish(desk, ENDS + 21 * MINUTE, reason="The test was left out.")
    page = client.get(page_of(desk))
    said = text(page)
    assert "True recognition rate 1 of 40 passes in a seeded test, 2.5 %; 95 % interval" in said
    assert re.search(r"seeded.passes \S 40", said)
    assert "None was made here" not in said and b"INTERNAL" not in page.content
    (row,) = table(client.get(f"{page_of(desk)}record.csv"))
    assert row["Seeded test: passes"] == "40"


def test_a_correction_shows_its_reason_what_it_changed_and_the_version_before(client):
    desk = published()
    correct(desk)
    page = client.get(page_of(desk))
    said = text(page)
    assert "This record was corrected: The person was <i>released</i> without arrest." in said
    assert b"<i>" not in page.content
    assert "Outcome - Arrest 1 0" in said and "Outcome - Other 0 1" in said
    assert said.index("Version 2 (the one above)") < said.index("Version 1 Published")
    first = client.get(f"{page_of(desk)}records/1.json").content
    last = json.loads(client.get(f"{page_of(desk)}record.json").content)
    assert (last["number"], last["replaces"]) == (2, hashlib.sha256(first).hexdigest())
    (row,) = table(client.get("/register/records/2026.csv"))
    assert (row["Record version"], row["Outcome - Arrest"], row["Outcome - Other"]) == (
        "2",
        "0",
        "1",
    )
    assert "Corrected, version 2" in text(client.get("/register/records/2026/"))


def everything_of_a_year():
    """A deployment of each kind, a week or more apart: its status and its reference."""
    cast = deployments.people()
    found = {"record": published(cast).deployment.reference}
    ended = stopped(cast, title="Ended", start=START + 7 * DAY)
    found["Took place"] = ended.deployment.reference
    broken = making.live(cast, title="Broken off", start=START + 8 * DAY)
    withdrawn(broken, START + 8 * DAY + MINUTE)
    found["Stopped"] = broken.deployment.reference
    off = announced(title="Off", start=START + 9 * DAY)
    cancelled(off)
    found["Cancelled"] = off.reference
    never = announced(title="Never", start=START + 10 * DAY)
    lifecycle.expire(
        deployment=never, actor=deployments.PROGRAM, now=START + 10 * DAY + timedelta(hours=9)
    )
    found["Not held"] = never.reference
    found["Announced"] = announced(title="Coming", start=START + 20 * DAY).reference
    deployments.deployment_in(
        deployment_states.AUTHORISED, cast, title="Hidden", start=START + 21 * DAY
    )
    return found


def test_the_table_of_a_year_leaves_nothing_out_and_its_files_and_totals_agree(
    client, at, tmp_path, capsys
):
    found = everything_of_a_year()
    at(START + 11 * DAY)
    page = client.get("/register/records/2026/")
    rows = BeautifulSoup(page.content, "html.parser").select(".overt-year tbody tr")
    links = [row.th.a.get_text() for row in rows]
    tags = {row.th.a.get_text(): row.th.strong.get_text() for row in rows}
    # In the order of their time, and nothing of what was never announced.
    assert links == list(found.values())
    assert tags == {
        reference: "Took place" if status == "record" else status
        for status, reference in found.items()
    }
    missing = {row.th.a.get_text() for row in rows if "No record yet" in row.th.get_text()}
    assert missing == {found["Took place"], found["Stopped"]}
    assert "INTERNAL" not in page.content.decode()
    listed = table(client.get("/register/records/2026.csv"))
    assert [row["Reference"] for row in listed] == links
    assert {row["Reference"]: row["Status"] for row in listed} == tags
    off = listed[3]
    assert (off["Date"], off["Total Alerts"]) == ("2026-12-14", "")
    assert off["Deployment Location"] == "Sample borough, near the station"
    assert off["Planned start (UTC)"] == "2026-12-14T11:00:00Z"
    # It passes the check that the tables of other forces are held to.
    (tmp_path / "table.csv").write_bytes(client.get("/register/records/2026.csv").content)
    call_command("check_published", str(tmp_path / "table.csv"))
    assert "6 rows: nothing found." in capsys.readouterr().out
    file = client.get("/register/records/2026.json").json()
    assert (file["format"], file["count"], file["next"]) == ("overt/records/1", 6, None)
    assert [one["status"] for one in file["deployments"]] == list(tags.values())
    (one,) = [one["record"] for one in file["deployments"] if one["record"]]
    held = client.get(one["document"]).content
    assert (one["content"], one["digest"]) == (
        json.loads(held),
        hashlib.sha256(held).hexdigest(),
    )
    sums = client.get("/register/records/2026/totals.json").json()
    assert (sums["deployments"], sums["records"], sums["minutes"]) == (6, 1, 300)
    assert sums["by_status"] == {
        "Took place": 2,
        "Stopped": 1,
        "Cancelled": 1,
        "Not held": 1,
        "Announced": 1,
    }
    assert (sums["figures"]["faces_seen"], sums["figures"]["arrests"]) == (90, 1)
    rate = sums["rates"]["false_of_faces"]
    assert (rate["events"], rate["of"]) == (1, 90)
    assert rate["low"] < 1 / 90 < rate["high"]
    said = text(client.get("/register/records/2026/totals/"))
    assert "The sums of 1 published record, 5h 00m in use." in said
    assert "5 of the 6 announced deployments have no record" in said
    assert "Not held 1" in said
    values = {row["what"]: row for row in table(client.get("/register/records/2026/totals.csv"))}
    assert values["status: Took place"]["value"] == "2"
    assert (values["arrests"]["value"], values["arrested"]["of"]) == ("1", "2")
    years = BeautifulSoup(client.get("/register/records/").content, "html.parser")
    assert [cell.get_text() for cell in years.select("tbody tr > *")][:3] == ["2026", "6", "1"]


def test_every_answer_is_the_same_for_everyone_and_kept_for_a_minute(client):
    desk = published()
    addresses = [
        page_of(desk),
        "/register/records/",
        *(f"{page_of(desk)}{name}" for name in ("record.json", "record.csv", "records/1.json")),
        *(
            f"/register/records/2026{name}"
            for name in ("/", ".csv", ".json", "/totals/", "/totals.csv", "/totals.json")
        ),
    ]
    for address in addresses:
        first = client.get(address)
        assert first.status_code == 200, address
        assert not first.cookies, address
        assert first.headers["Cache-Control"] == "public, max-age=60", address
        assert b"<script" not in first.content
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address
        assert client.post(address).status_code == 405, address
    assert not Login.objects.exists()
    file = client.get(f"{page_of(desk)}record.json")
    since = {"If-Modified-Since": file.headers["Last-Modified"]}
    assert client.get(f"{page_of(desk)}record.json", headers=since).status_code == 304
    correct(desk)
    assert client.get(f"{page_of(desk)}record.json", headers=since).status_code == 200


@pytest.mark.parametrize("year", ["0", "1999", "9999", "10000", "9" * 40])
def test_a_year_of_nothing_is_answered_with_not_found(client, year):
    announced()
    for name in ("/", ".csv", ".json", "/totals/", "/totals.csv", "/totals.json"):
        assert client.get(f"/register/records/{year}{name}").status_code == 404, name


def test_an_overdue_deletion_stands_on_the_register_until_it_is_attested(client, at):
    desk = published()
    assert "No deletion is overdue" in text(client.get("/register/records/"))
    late = ENDS + timedelta(hours=744, seconds=1)
    at(late)
    said = text(client.get("/register/records/"))
    assert "2 deletions had to be attested by now, and were not." in said
    assert f"{desk.deployment.reference} Alerts 5 January 2027, 16:00 GMT" in said
    said = text(client.get(page_of(desk)))
    assert "Not deleted, as far as anybody has attested: Alerts." in said
    assert "Alerts Overdue 5 Jan 2027, 16:00 GMT Not attested" in said
    desk.tell(
        late,
        deletions=tuple(
            making.contract.Deletion(
                asset=asset, count=2, at=late.replace(microsecond=0), method="erased"
            )
            for asset in ("alerts", "cctv")
        ),
    )
    assert "No deletion is overdue" in text(client.get("/register/records/"))
    assert "Late" in text(client.get(page_of(desk)))


def test_nothing_is_said_of_deletions_while_a_session_runs(client, at):
    desk = making.live()
    at(START + MINUTE)
    said = text(client.get(page_of(desk)))
    assert "Taking place now" in said
    assert "had to be deleted" not in said
    assert client.get(f"{page_of(desk)}record.json").status_code == 404
    assert client.get(f"{page_of(desk)}record.csv").status_code == 404


def left_out():
    """A session whose notice was left out under a critical threat, live since a minute."""
    cast = deployments.people()
    desk = making.live(cast, deployment=deployments.ready_without_notice(cast))
    desk.tell(START + MINUTE, counters=(making.counter(START, 90),), heartbeat=heard(90))
    return desk


def heard(faces):
    return making.contract.Heartbeat(
        at=START + MINUTE, state="running", faces_total=faces, alerts_total=0
    )


def test_what_ran_without_a_notice_is_counted_once_it_is_over_and_settled_only_with_its_notice(
    client, at
):
    desk = left_out()
    at(START + MINUTE)
    assert client.get("/register/records/2026/").status_code == 404
    assert client.get(page_of(desk)).status_code == 404
    desk.look(ENDS)
    desk.tell(ENDS + 2 * SECOND, stopped=making.stopped(ENDS))
    desk.tell(ENDS + MINUTE, deletions=deletions(ENDS + MINUTE))
    at(ENDS + timedelta(hours=2))
    page = client.get("/register/records/2026/")
    assert "1 more deployment took place in 2026 of which nothing is published yet" in text(page)
    assert desk.deployment.reference not in page.content.decode()
    assert client.get("/register/records/2026.json").json()["unannounced"] == 1
    assert client.get(page_of(desk)).status_code == 404
    at(ENDS + timedelta(hours=745))
    said = text(client.get("/register/records/"))
    assert "2 deletions had to be attested by now" in said and "2 more are not listed" in said
    with pytest.raises(NotSettled, match="publish it first"):
        accounting.reconcile(
            session_id=desk.session_id, actor=planner(desk), now=ENDS + 10 * MINUTE
        )
    deployments.announce(desk.deployment, desk.cast.planner, ENDS + 11 * MINUTE)
    accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=ENDS + 12 * MINUTE)
    publish(desk, ENDS + 13 * MINUTE)
    assert "took place in 2026 of which nothing" not in text(client.get("/register/records/2026/"))
    assert "Version 1, published" in text(client.get(page_of(desk)))


def test_a_record_without_any_notice_has_its_page_and_its_row(client):
    desk = left_out()
    withdrawn(desk, START + 5 * MINUTE)
    assert [one.discrepancy.name for one in account.shown(desk.session, now=ENDS).found] == []
    accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=ENDS)
    publish(desk, ENDS + MINUTE)
    said = text(client.get(page_of(desk)))
    assert "No notice of this deployment was published." in said
    assert "Took place" in said and "The notice" not in said
    assert f"{page_of(desk)}record.json | sha256sum" in said
    assert client.get(f"{page_of(desk)}notice.json").status_code == 404
    (row,) = table(client.get("/register/records/2026.csv"))
    assert (row["Reference"], row["Status"]) == (desk.deployment.reference, "Took place")
    assert row["Notice published (UTC)"] == ""


def test_no_word_of_the_account_that_is_not_in_the_record_comes_through(client):
    desk = making.live()
    desk.tell(START + MINUTE, counters=(making.counter(START, 90),))
    desk.stop(START + 2 * MINUTE, reason="INTERNAL-7f3a")
    desk.tell(START + 3 * MINUTE, stopped=making.stopped(START + 3 * MINUTE))
    desk.tell(START + 4 * MINUTE, deletions=deletions(START + 4 * MINUTE))
    for one in account.shown(desk.session, now=ENDS).found:
        accounting.explain(
            session_id=desk.session_id,
            sha256=one.discrepancy.sha256,
            words="INTERNAL-7f3a",
            actor=planner(desk),
            now=ENDS,
        )
    accounting.reconcile(session_id=desk.session_id, actor=planner(desk), now=ENDS)
    publish(desk, ENDS + MINUTE)
    said = "\n".join(
        client.get(address).content.decode()
        for address in (
            page_of(desk),
            f"{page_of(desk)}record.json",
            "/register/records/2026/",
            "/register/records/2026.csv",
            "/register/records/2026.json",
            "/register/records/2026/totals/",
        )
    )
    assert "INTERNAL" not in said
    for person in (desk.cast.planner, desk.cast.operator, desk.cast.officer):
        assert not re.search(rf"\b{re.escape(person.shown_name)}\b", said)
