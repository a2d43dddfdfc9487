"""What holds for whatever is tried: with any byte changed, in any order, by any clock."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from overt_permit import keys
from overt_permit.claims import TIME_LIMIT
from overt_permit.errors import Refused
from overt_permit.keys import KeySet
from overt_permit.signing import read_permit, sign_request, verify_request
from permit_making import (
    CONFIG,
    FIRST_SET,
    NEXT,
    OTHER_SESSION,
    SERVER,
    SESSION,
    T0,
    Van,
    key_set,
    permit,
    valid,
)

PATIENT = settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
TOKEN = permit()
SECOND_SET = key_set(valid(SERVER), valid(NEXT), version=2)
SET_TOKEN = SECOND_SET.signed(SERVER)
METHOD, PATH, BODY = "POST", f"/api/v1/sessions/{SESSION}/permit", b'{"request":1}'
SIGNATURE = sign_request(METHOD, PATH, BODY, T0, SERVER)


@st.composite
def changed(draw: st.DrawFn, text: str) -> str:
    """`text` with one character replaced, put in or left out; never the same."""
    at = draw(st.integers(0, len(text) - 1))
    letter = draw(st.characters(max_codepoint=0xFF))
    kind = draw(st.sampled_from(["replaced", "put in", "left out"]))
    if kind == "put in":
        return text[:at] + letter + text[at:]
    if kind == "left out" or letter == text[at]:
        letter = ""
    return text[:at] + letter + text[at + 1 :]


def server_key(kid: str) -> keys.Key:
    return FIRST_SET.find(kid, at=T0)


def verified(signature: str, body: bytes = BODY, method: str = METHOD, path: str = PATH) -> str:
    request = verify_request(signature, method=method, path=path, body=body, find_key=server_key)
    return request.kid


def test_what_the_changes_are_made_to_is_good_itself():
    assert read_permit(TOKEN, server_key)[0].seq == 1
    assert keys.follow(FIRST_SET, SET_TOKEN, at=T0) == keys.pin(SET_TOKEN) == SECOND_SET
    assert verified(SIGNATURE)


@PATIENT
@given(changed(TOKEN))
def test_a_permit_with_any_character_changed_is_refused(token: str):
    with pytest.raises(Refused):
        read_permit(token, server_key)


@PATIENT
@given(changed(SET_TOKEN))
def test_a_key_set_with_any_character_changed_is_neither_followed_nor_pinned(token: str):
    with pytest.raises(Refused):
        keys.follow(FIRST_SET, token, at=T0)
    with pytest.raises(Refused):
        keys.pin(token)


@PATIENT
@given(changed(SIGNATURE))
def test_a_request_with_any_character_of_its_signature_changed_is_refused(signature: str):
    with pytest.raises(Refused):
        verified(signature)


@PATIENT
@given(changed(BODY.decode()), changed(METHOD), changed(PATH))
def test_a_request_with_any_character_of_the_rest_changed_is_refused(
    body: str, method: str, path: str
):
    for other in ({"body": body.encode()}, {"method": method}, {"path": path}):
        with pytest.raises(Refused):
            verified(SIGNATURE, **other)


@PATIENT
@given(st.text() | st.from_regex(r"\A[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\Z"))
def test_whatever_is_handed_over_is_refused_and_never_another_error(token: str):
    for read in (
        lambda: read_permit(token, server_key),
        lambda: keys.pin(token),
        lambda: keys.follow(FIRST_SET, token, at=T0),
        lambda: verified(token),
    ):
        with pytest.raises(Refused):
            read()


@PATIENT
@given(st.integers(0, 2**53 - 1), st.binary(max_size=300))
def test_what_is_signed_is_verified(at: int, body: bytes):
    found = sign_request("GET", "/api/v1/sessions", body, at, SERVER)
    if 0 < at <= TIME_LIMIT:
        assert verified(found, body, "GET", "/api/v1/sessions")
    else:
        with pytest.raises(Refused):
            verified(found, body, "GET", "/api/v1/sessions")


@dataclass(frozen=True)
class Given:
    """A permit that the server gave; systems may have kept it for later."""

    session: str
    seq: int
    nbf: int
    exp: int
    token: str


class AnyOrder(RuleBasedStateMachine):
    """A server that keeps to its rules, and a van whose people do with permits, clocks and power
    what they like. `begun` is the permit that was accepted last in this run of the process, with
    the two clocks at that moment."""

    saved = Bundle("saved")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.van = Van(Path(self.folder.name))
        self.true: float = T0
        self.numbers = {SESSION: 0, OTHER_SESSION: 0}
        self.accepted = {SESSION: [0], OTHER_SESSION: [0]}
        self.begun: tuple[Given, float, float] | None = None
        self.is_calm = False
        self.highest_wall = 0
        self.versions = [1]
        self.key_set: KeySet = FIRST_SET

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(seconds=st.floats(0, 40))
    def time_passes(self, seconds: float) -> None:
        self.true += seconds
        self.van.passes(seconds)

    @rule(seconds=st.floats(-90, 90))
    def somebody_sets_the_clock(self, seconds: float) -> None:
        self.van.wall += seconds
        self.is_calm = False

    @rule()
    def the_clock_is_right_again(self) -> None:
        self.van.wall = self.true
        self.is_calm = False

    @rule(seconds=st.floats(0, 90))
    def the_machine_sleeps_and_its_monotonic_clock_too(self, seconds: float) -> None:
        self.true += seconds
        self.van.wall += seconds
        self.is_calm = False

    @rule(seconds=st.floats(0, 90))
    def the_monotonic_clock_goes_back(self, seconds: float) -> None:
        self.van.monotonic -= seconds
        self.is_calm = False

    @rule(target=saved, session=st.sampled_from([SESSION, OTHER_SESSION]), life=st.integers(1, 61))
    def the_server_gives_a_permit(self, session: str, life: int) -> Given:
        self.numbers[session] += 1
        seq, nbf = self.numbers[session], int(self.true)
        token = permit(sub=f"session:{session}", seq=seq, iat=nbf, nbf=nbf, exp=nbf + life)
        return Given(session, seq, nbf, nbf + life, token)

    @rule(one=saved)
    def a_permit_is_handed_over(self, one: Given) -> None:
        before = self.van.may_run()
        try:
            self.van.accept(one.token, one.session)
        except Refused:
            assert self.van.may_run() == before
            return
        assert one.seq > self.accepted[one.session][-1]
        assert one.nbf - CONFIG.skew_s <= self.van.wall < one.exp
        assert one.exp - one.nbf <= CONFIG.max_life_s
        assert self.van.wall >= self.highest_wall - CONFIG.skew_s
        assert not (before.allowed and self.begun and self.begun[0].session != one.session)
        self.accepted[one.session].append(one.seq)
        self.begun = (one, self.van.wall, self.van.monotonic)
        self.is_calm = True

    @rule()
    def the_process_starts_again(self) -> None:
        self.van.restart()
        self.begun = None
        # What was seen since the last write, no more than the allowed difference, may be forgotten.
        assert self.van.file.read().latest >= int(self.highest_wall) - CONFIG.skew_s
        self.highest_wall = self.van.file.read().latest

    @rule()
    def the_machine_starts_again(self) -> None:
        self.the_process_starts_again()
        self.van.monotonic = 0

    @precondition(lambda self: self.key_set.version < 3)
    @rule()
    def the_key_set_is_followed(self) -> None:
        newer = key_set(valid(SERVER), valid(NEXT), version=self.key_set.version + 1)
        try:
            self.key_set = self.van.follow(newer.signed(SERVER))
        except Refused:
            return
        self.versions.append(self.key_set.version)

    @invariant()
    def it_runs_only_within_the_life_of_a_permit_that_it_accepted(self) -> None:
        wall, monotonic = self.van.wall, self.van.monotonic
        allowed = self.van.may_run().allowed
        if allowed:
            assert self.begun is not None
            one, begun_wall, begun_monotonic = self.begun
            assert one.nbf - CONFIG.skew_s <= wall < one.exp
            assert 0 <= monotonic - begun_monotonic < one.exp - one.nbf
            assert monotonic - begun_monotonic < one.exp - begun_wall
            assert wall >= self.highest_wall - CONFIG.skew_s
        if wall >= self.highest_wall - CONFIG.skew_s:
            self.highest_wall = max(self.highest_wall, int(wall))
        if self.is_calm and self.begun is not None:
            one, _, begun_monotonic = self.begun
            holds = wall < one.exp and monotonic - begun_monotonic < one.exp - one.nbf
            assert allowed or not holds

    @invariant()
    def what_is_kept_never_goes_back(self) -> None:
        state = self.van.file.read()
        for session, numbers in self.accepted.items():
            assert state.highest(session) == numbers[-1]
        assert state.set_version == self.versions[-1]
        assert self.versions == sorted(self.versions)


def test_in_any_order_it_runs_only_under_a_permit_that_holds():
    run_state_machine_as_test(
        AnyOrder, settings=settings(PATIENT, max_examples=80, stateful_step_count=40)
    )
