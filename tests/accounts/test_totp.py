"""Codes of authenticator apps, against the vectors of RFC 6238, appendix B."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.accounts import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()
AT = datetime(2026, 3, 2, 9, 30, 10, tzinfo=UTC)
STEP = timedelta(seconds=totp.STEP_S)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert totp.code_at(SECRET, datetime.fromtimestamp(seconds, UTC)) == code


@pytest.mark.parametrize(
    ("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_counts_in_its_own_step_and_in_the_ones_beside_it(steps: int, right: bool) -> None:
    code = totp.code_at(SECRET, AT + steps * STEP)
    assert (totp.accepted_step(SECRET, code, at=AT, last=None) is not None) == right


def test_a_code_counts_once() -> None:
    code = totp.code_at(SECRET, AT)
    step = totp.accepted_step(SECRET, code, at=AT, last=None)
    assert step is not None
    assert totp.accepted_step(SECRET, code, at=AT, last=step) is None
    assert totp.accepted_step(SECRET, code, at=AT + STEP, last=step) is None


def test_no_earlier_code_counts_after_a_later_one() -> None:
    later = totp.accepted_step(SECRET, totp.code_at(SECRET, AT + STEP), at=AT, last=None)
    assert totp.accepted_step(SECRET, totp.code_at(SECRET, AT), at=AT, last=later) is None


def test_the_next_code_counts_after_the_one_before() -> None:
    first = totp.accepted_step(SECRET, totp.code_at(SECRET, AT), at=AT, last=None)
    following = totp.code_at(SECRET, AT + STEP)
    assert totp.accepted_step(SECRET, following, at=AT + STEP, last=first) == (first or 0) + 1


def test_spaces_are_as_apps_show_them() -> None:
    code = totp.code_at(SECRET, AT)
    assert totp.accepted_step(SECRET, f" {code[:3]} {code[3:]}", at=AT, last=None)


@given(st.text(max_size=30))
def test_nothing_but_a_code_is_accepted(text: str) -> None:
    right = {totp.code_at(SECRET, AT + steps * STEP) for steps in (-1, 0, 1)}
    accepted = totp.accepted_step(SECRET, text, at=AT, last=None) is not None
    assert accepted == ("".join(text.split()) in right)


def test_secrets_are_new_and_as_long_as_the_hash() -> None:
    secrets = {totp.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}


def test_the_address_for_an_app_names_the_product_and_the_account() -> None:
    assert totp.address("ABC", "ann@met") == (
        "otpauth://totp/Overt%3Aann%40met?secret=ABC&issuer=Overt"
    )
