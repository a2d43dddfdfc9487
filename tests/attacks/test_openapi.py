"""What the published description of the interface allows, and does not, sent by a system.

schemathesis draws bodies from `/api/v1/openapi.json`, those that fit and those that do not; each is
signed with the system's own key and goes the whole way, over WSGI in this process. Whatever it is,
the answer is one that the description has, and no failure of Overt. The draws are the same each
time.

What fits is sent on both databases: PostgreSQL holds its columns to their size.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as drawing
from overt_permit.signing import sign_request
from schemathesis import Case, GenerationMode
from schemathesis.core import NotSet
from schemathesis.specs.openapi import checks

from overt.config.wsgi import application
from tests.attacks.world import FRESH, MINUTE, Stage, assert_unchanged, before, undone
from tests.deployments.making import START
from tests.recognition.contract.bodies import at as value_at
from tests.recognition.contract.bodies import leaves, replaced, written
from tests.recognition.contract.drawn import settled
from tests.recognition.making import WATCHLIST

pytestmark = pytest.mark.django_db

NOW = START + 10 * MINUTE
DRAWS = 10
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
# The client of this process does not decompress.
PLAIN = {"Accept-Encoding": "identity"}
_TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:(?P<second>\d\d)(?P<milli>\.\d{3})?Z")


@contextmanager
def one_connection() -> Iterator[None]:
    """The transaction of a test outlives its requests, as Django's own test client has it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def described(db: None) -> Any:
    with one_connection():
        return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.fixture
def live(stage: Stage) -> Stage:
    """Ten minutes after the first permit."""
    return stage.go_live().at(NOW)


def signed(stage: Stage, case: Case) -> Any:
    """As it was drawn, in the contract's one spelling."""
    body = bytes_of(case.body)
    signature = sign_request(
        case.method, case.formatted_path, body, int(stage.now.timestamp()), stage.wire.key
    )
    headers = {"Overt-Signature": signature, "Content-Type": "application/json"}
    return case.call(data=body, headers=headers | PLAIN)


def bytes_of(drawn: Any) -> bytes:
    if isinstance(drawn, NotSet):
        return b""
    return drawn if isinstance(drawn, bytes) else written(drawn)


def unsigned(_: Stage, case: Case) -> Any:
    """With what was drawn for a signature, too."""
    return case.call(headers=PLAIN)


def of_the_session(stage: Stage, case: Case) -> Any:
    """In order, and with every time moved into the session, so that more of it is taken."""
    if not isinstance(case.body, NotSet):
        case.body = timely(case.body)
    return signed(stage, case)


def timely(content: Any) -> Any:
    content = settled(content)
    for place in leaves(content):
        found = _TIME.fullmatch(str(value_at(content, place)))
        if found is None:
            continue
        at = NOW - timedelta(seconds=0 if place[-1] == "sent_at" else int(found["second"]))
        content = replaced(content, place, _in_the_form_of(found, place[-1] == "minute", at))
    if "threshold" in content:
        content |= {"manifest": WATCHLIST, "threshold": "0.64", "request": FRESH}
    return settled(content)


def _in_the_form_of(found: "re.Match[str]", is_minute: bool, at: datetime) -> str:
    if is_minute:
        at = at.replace(second=0)
    return f"{at:%Y-%m-%dT%H:%M:%S}{'.000' if found['milli'] else ''}Z"


def each(
    described: Any,
    stage: Stage,
    mode: GenerationMode,
    *ways: Callable[[Stage, Case], Any],
    and_that: tuple[Any, ...] = (),
) -> "Counter[tuple[str, str, int]]":
    """How often each operation was answered with each status, sent in each of these ways."""
    seen: Counter[tuple[str, str, int]] = Counter()

    def answered(case: Case) -> None:
        for send in ways:
            with undone(), one_connection():
                response = send(stage, case)
            case.validate_response(response, checks=[*CHECKS, *and_that])
            seen[send.__name__, case.operation.label, response.status_code] += 1

    for result in described.get_all_operations():
        operation = result.ok()
        if mode == GenerationMode.NEGATIVE and not operation.body:
            continue  # it takes nothing that could be wrong
        has_session = "{session_id}" in operation.path
        drawn = operation.as_strategy(
            generation_mode=mode,
            path_parameters={"session_id": str(stage.wire.session_id)} if has_session else None,
        )
        drawing(
            max_examples=DRAWS if operation.body else 1,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )(given(case=drawn)(answered))()
    return seen


SESSIONS, KEYS = "GET /api/v1/sessions", "GET /api/v1/permit-keys"
PERMIT, BATCH = (f"POST /api/v1/sessions/{{session_id}}/{what}" for what in ("permit", "batches"))


@pytest.mark.both_databases
def test_what_fits_is_answered_as_described(described, live):
    earlier = before()
    seen = each(described, live, GenerationMode.POSITIVE, unsigned, signed, of_the_session)
    assert {status for way, label, status in seen if way == "unsigned" and label != KEYS} == {401}
    assert seen["signed", SESSIONS, 200] and seen["signed", KEYS, 200]
    # Its clock is of any year, and its watchlist of any digest.
    assert seen["signed", PERMIT, 403]
    assert seen["of_the_session", PERMIT, 200] and seen["of_the_session", BATCH, 200]
    assert_unchanged(earlier)


def test_what_does_not_fit_is_never_taken(described, live):
    seen = each(
        described,
        live,
        GenerationMode.NEGATIVE,
        signed,
        and_that=(checks.negative_data_rejection,),
    )
    assert seen["signed", BATCH, 422]
    assert all(status >= 400 for _, _, status in seen)
