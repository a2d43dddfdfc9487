"""The board and the page on the street."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from overt.accounts import roles
from overt.deployments import sign_tokens, states
from overt.deployments.models import CheckKind, Deployment, Sign, SignCheck
from overt.deployments.services import sign_plan
from tests.accounts.signing_in import sign_in
from tests.deployments import making

from .conftest import SETUP, Check, first_sign
from .test_location import degrees

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script> & <b>S1</b>"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What the pages take for now, in a list of one."""
    now = [SETUP]
    monkeypatch.setattr("overt.deployments.views.signs.timezone.now", lambda: now[0])
    return now


@pytest.fixture
def operator(client: Client, cast: making.People) -> Client:
    sign_in(client, cast.operator)
    return client


def street(sign: Sign) -> str:
    return reverse("deployments:sign_on_street", kwargs={"token": sign.token})


def from_the_board(sign: Sign) -> str:
    return reverse(
        "deployments:sign", kwargs={"reference": sign.deployment.reference, "pk": sign.pk}
    )


def board(deployment: Deployment, name: str = "signs") -> str:
    return reverse(f"deployments:{name}", kwargs={"reference": deployment.reference})


def answer(sign: Sign, kind: str = "placed", *, metres: int = 0, **given: str) -> dict[str, str]:
    latitude, longitude = degrees(sign.easting + metres * 100, sign.northing)
    located = {"latitude": latitude, "longitude": longitude, "accuracy": "5"}
    return {"kind": kind, "note": "", "key": str(uuid4()), **located, **given}


def seen(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def errors(response: HttpResponse) -> str:
    return " ".join(part.get_text(" ") for part in seen(response).select(".govuk-error-summary"))


def buttons(response: HttpResponse) -> dict[str, str]:
    found = seen(response).select("button[name=kind]")
    return {button["value"]: button.get_text() for button in found}


def test_pressing_records_and_says_how_far_from_the_plan(
    operator: Client, authorised: Deployment
) -> None:
    sign = first_sign(authorised)
    response = operator.post(street(sign), answer(sign, metres=8), follow=True)
    assert response.redirect_chain == [(street(sign), 302)]
    banner = seen(response).select_one(".govuk-notification-banner__heading")
    assert banner.get_text() == "Sign S1 is recorded as placed, 8 m from the planned point."
    assert SignCheck.objects.get().distance_m == 8


def test_sent_twice_it_is_recorded_once(operator: Client, authorised: Deployment) -> None:
    sign = first_sign(authorised)
    same = answer(sign)
    assert [operator.post(street(sign), same).status_code for _ in range(2)] == [302, 302]
    assert SignCheck.objects.count() == 1


def test_every_page_has_a_key_of_its_own_and_is_kept_by_no_browser(
    operator: Client, authorised: Deployment
) -> None:
    answers = [operator.get(street(first_sign(authorised))) for _ in range(2)]
    keys = [seen(response).select_one("[name=key]")["value"] for response in answers]
    assert keys[0] != keys[1]
    assert "no-store" in answers[0]["Cache-Control"]


def test_the_buttons_are_those_that_fit(
    operator: Client, authorised: Deployment, check: Check
) -> None:
    sign = first_sign(authorised)
    assert list(buttons(operator.get(street(sign)))) == ["placed", "missing"]
    check(sign)
    assert list(buttons(operator.get(street(sign)))) == ["rechecked", "missing", "placed"]
    check(sign, CheckKind.MISSING)
    assert list(buttons(operator.get(street(sign)))) == ["placed"]


def test_far_away_the_page_says_how_far_and_asks_for_a_note(
    operator: Client, authorised: Deployment
) -> None:
    sign = first_sign(authorised)
    far = answer(sign, metres=180)
    response = operator.post(street(sign), far)
    assert response.status_code == 200
    assert "You are 180 m from the planned point of sign S1" in errors(response)
    assert not SignCheck.objects.exists()
    # The same page, with words now.
    assert operator.post(street(sign), far | {"note": "Road closed."}).status_code == 302
    assert SignCheck.objects.get().distance_m == 180


@pytest.mark.parametrize(
    "location",
    [
        {"latitude": "0", "longitude": "0"},
        {"latitude": "NaN"},
        {"longitude": "Infinity"},
        {"accuracy": "1e999"},
        {"accuracy": "-1"},
        {"latitude": "x" * 5000},
        {"latitude": "51.5\x00"},
        {"latitude": "", "longitude": "", "accuracy": ""},
    ],
)
def test_a_location_that_is_none_asks_for_a_note_and_never_breaks(
    location: dict[str, str], operator: Client, authorised: Deployment
) -> None:
    sign = first_sign(authorised)
    given = answer(sign, **location)
    response = operator.post(street(sign), given)
    assert response.status_code == 200
    assert "rite where the sign is" in errors(response)
    assert not SignCheck.objects.exists()
    assert operator.post(street(sign), given | {"note": "By the bank."}).status_code == 302
    assert SignCheck.objects.get().distance_m is None


def test_a_missing_sign_is_reported_from_the_board_without_a_location(
    operator: Client, cast: making.People
) -> None:
    made = making.deployment_in(states.READY, cast)
    sign = first_sign(made)
    page = operator.get(board(made))
    assert from_the_board(sign) in [link.get("href") for link in seen(page).select("a")]
    given = answer(sign, "missing", latitude="", longitude="", accuracy="")
    assert operator.post(from_the_board(sign), given).status_code == 302
    assert Deployment.objects.get(pk=made.pk).state == states.AUTHORISED


def test_even_a_location_that_cannot_be_read_does_not_hold_up_a_missing_sign(
    operator: Client, authorised: Deployment
) -> None:
    sign = first_sign(authorised)
    assert operator.post(street(sign), answer(sign, "missing", latitude="0")).status_code == 302
    assert SignCheck.objects.get().kind == "missing"


@pytest.mark.parametrize("field", ["kind", "key"])
def test_what_the_page_itself_sends_cannot_be_left_out(
    field: str, operator: Client, authorised: Deployment
) -> None:
    sign = first_sign(authorised)
    for value in ("", "x", "<b>"):
        response = operator.post(street(sign), answer(sign) | {field: value})
        assert response.status_code == 200
        assert errors(response)
    assert not SignCheck.objects.exists()


def test_a_note_is_shown_as_text(operator: Client, authorised: Deployment) -> None:
    sign = first_sign(authorised)
    Sign.objects.filter(pk=sign.pk).update(description=HOSTILE)
    operator.post(street(sign), answer(sign, metres=900, note=HOSTILE))
    for address in (street(sign), board(authorised), board(authorised, "signs_board")):
        response = operator.get(address)
        page = seen(response)
        main = page.select_one("main") or page
        assert HOSTILE in main.get_text()
        assert main.select("b") == []
        assert "alert(1)</script>" not in str(main)
    refused = operator.post(street(sign), answer(sign, "rechecked", metres=900, note=HOSTILE * 9))
    assert seen(refused).select_one("textarea").get_text().strip() == HOSTILE * 9
    assert "<script>alert" not in refused.content.decode()


@pytest.mark.parametrize("state", states.LABELS)
def test_the_page_says_what_to_do_with_the_sign_in_every_state(
    state: str, operator: Client, cast: making.People
) -> None:
    made = making.deployment_in(state, cast)
    sign = Sign.objects.filter(deployment=made).first()
    if sign is None:
        return  # neither a draft nor what was given up as one has signs
    response = operator.get(street(sign))
    main = seen(response).select_one("main").get_text(" ")
    assert bool(buttons(response)) == (state in states.UNDER_AUTHORITY)
    assert ("Do not put this sign up" in main) == (state in (states.SUBMITTED, states.REVIEWED))
    over = (states.ENDED, states.ACCOUNTED, states.REFUSED, states.WITHDRAWN, states.EXPIRED)
    assert ("Take this sign down" in main) == (state in over)
    if state not in states.UNDER_AUTHORITY:
        assert states.LABELS[state].lower() in errors(operator.post(street(sign), answer(sign)))


def test_a_sign_that_is_no_longer_planned_is_to_be_taken_down(
    operator: Client, authorised: Deployment
) -> None:
    sign = first_sign(authorised)
    sign_plan.renew(deployment=authorised, planned=(), now=SETUP)
    response = operator.get(street(sign))
    assert "Take this sign down" in response.content.decode()
    assert buttons(response) == {}


def test_before_set_up_the_page_warns_and_lets(
    operator: Client, authorised: Deployment, clock: list[datetime]
) -> None:
    sign = first_sign(authorised)
    assert "Set-up begins on" not in operator.get(street(sign)).content.decode()
    clock[0] = SETUP - timedelta(hours=20)
    assert "Set-up begins on 5 December, 10:00 GMT" in operator.get(street(sign)).content.decode()
    assert operator.post(street(sign), answer(sign)).status_code == 302


# Who


@pytest.mark.parametrize("role", roles.ALL)
def test_the_page_is_for_operators_and_planners(
    role: str, client: Client, authorised: Deployment
) -> None:
    sign_in(client, making.account("someone", role))
    sign = first_sign(authorised)
    expected = 200 if role in (roles.OPERATOR, roles.PLANNER) else 403
    assert client.get(street(sign)).status_code == expected
    assert client.get(from_the_board(sign)).status_code == expected
    if expected == 403:
        assert client.post(street(sign), answer(sign)).status_code == 403
        assert not SignCheck.objects.exists()


def test_the_board_gives_links_to_check_only_to_whoever_may(
    client: Client, authorised: Deployment, cast: making.People
) -> None:
    for user, count in ((cast.auditor, 0), (cast.operator, 8)):
        sign_in(client, user)
        links = [link.get("href", "") for link in seen(client.get(board(authorised))).select("a")]
        assert len([href for href in links if re.search(r"/signs/[0-9]+/$", href)]) == count


def test_no_page_but_its_own_names_a_token(operator: Client, authorised: Deployment) -> None:
    for address in (board(authorised), board(authorised, "signs_board")):
        shown = operator.get(address).content.decode()
        assert [sign.code for sign in authorised.signs.all() if sign.token in shown] == []
    shown = operator.get(from_the_board(first_sign(authorised))).content.decode()
    assert [sign.code for sign in authorised.signs.all() if sign.token in shown] == []


def constant(response: HttpResponse) -> bytes:
    """The answer without what is drawn anew for each."""
    content = re.sub(rb'nonce="[^"]*"', b"", response.content)
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", content)


def test_every_token_that_does_not_exist_is_answered_alike(
    operator: Client, authorised: Deployment
) -> None:
    token = first_sign(authorised).token
    wrong = [token[:-1] + ("a" if token[-1] != "a" else "b"), "x" * 32, token.swapcase()]
    wrong += ["short", "x" * 60, "x" * 20 + ".", token + "%00", "%2e%2e"]
    answers = [operator.get(f"/deployments/signs/{one}/") for one in wrong]
    assert {response.status_code for response in answers} == {404}
    assert len({constant(response) for response in answers}) == 1


def test_the_code_on_a_sign_leads_staff_here(operator: Client, authorised: Deployment) -> None:
    sign = first_sign(authorised)
    assert operator.get(f"/signs/{sign.token}/").headers["Location"] == street(sign)
    assert operator.get("/signs/short/", follow=True).status_code == 404


def test_a_sign_is_found_under_its_own_deployment_only(
    operator: Client, authorised: Deployment, cast: making.People
) -> None:
    other = making.deployment_in(states.AUTHORISED, cast, start=making.START + timedelta(days=3))
    kwargs = {"reference": authorised.reference, "pk": first_sign(other).pk}
    assert operator.get(reverse("deployments:sign", kwargs=kwargs)).status_code == 404
    kwargs["pk"] = 10**30
    assert operator.get(reverse("deployments:sign", kwargs=kwargs)).status_code == 404


# Logs


@contextmanager
def logged() -> Iterator[list[str]]:
    """Every line that is logged meanwhile, by whatever logger."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    handler = Kept()
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in sign_tokens.LOGGERS)]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield lines
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


def test_no_token_is_logged(authorised: Deployment, cast: making.People) -> None:
    sign = first_sign(authorised)
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, cast.auditor)
    with logged() as lines:
        strict.get(street(sign))  # 403
        sign_in(strict, cast.operator)
        strict.post(street(sign), answer(sign))  # refused: no CSRF token
        strict.delete(street(sign))  # 405
        strict.get(street(sign)[:-2] + "Z/")  # 404
        strict.get(street(sign))
    assert len(lines) >= 4
    assert [line for line in lines if sign.token[:20] in line] == []
    assert any("/signs/…" in line for line in lines)


def test_the_line_of_the_development_server_loses_the_token() -> None:
    record = logging.LogRecord(
        "django.server",
        logging.INFO,
        "",
        0,
        '"%s" %s',
        (f"GET /signs/{'t' * 32}/ HTTP/1.1", 200),
        None,
    )
    assert sign_tokens.WithoutTokens().filter(record)
    assert record.getMessage() == '"GET /signs/…/ HTTP/1.1" 200'


# The board


def test_the_board_counts_and_looks_again_by_itself(
    operator: Client, authorised: Deployment, check: Check
) -> None:
    check(first_sign(authorised))
    for name in ("signs", "signs_board"):
        page = seen(operator.get(board(authorised, name)))
        assert "1 of 8 in place" in " ".join(page.get_text(" ").split())
        polling = page.select_one("#sign-board")
        assert polling["hx-get"] == board(authorised, "signs_board")
        assert polling["hx-trigger"] == "every 15s"


def test_a_board_that_is_over_does_not_look_again(operator: Client, cast: making.People) -> None:
    made = making.deployment_in(states.ENDED, cast)
    page = seen(operator.get(board(made)))
    assert "hx-get" not in page.select_one("#sign-board").attrs
    assert "htmx" not in " ".join(script.get("src", "") for script in page.select("script"))


def test_while_live_the_board_says_until_when_a_missing_sign_is_borne(
    operator: Client, cast: making.People, check: Check, clock: list[datetime]
) -> None:
    made = making.deployment_in(states.LIVE, cast)
    making.place_signs(made, cast.operator, making.START)
    clock[0] = making.START + timedelta(minutes=1)
    assert "A sign is missing" not in operator.get(board(made)).content.decode()
    check(first_sign(made), CheckKind.MISSING, now=clock[0])
    clock[0] += timedelta(minutes=2)
    said = " ".join(operator.get(board(made)).content.decode().replace("\xa0", " ").split())
    assert "Reported at 11:01:00. Put it back by 11:06:00 GMT, in 3 minutes" in said
    clock[0] += timedelta(minutes=3)
    said = " ".join(operator.get(board(made)).content.decode().split())
    assert "The 5 minutes that the policy bears ended at 11:06:00 GMT" in said


def test_an_unknown_deployment_has_no_board(operator: Client) -> None:
    assert operator.get("/deployments/LFR-2026-9999/signs/").status_code == 404
    assert operator.get("/deployments/LFR%00/signs/").status_code == 404
