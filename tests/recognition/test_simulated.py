"""What the simulated system counts. Whole sessions of it are in `tests.faults`."""

from datetime import UTC, datetime
from pathlib import Path

from overt_permit import keys
from overt_permit.claims import Permit
from overt_permit.signing import issue, kid_of

from overt.recognition.simulated.figures import Draw
from overt.recognition.simulated.system import Setup, System, manifest_of
from overt.recognition.simulated.wire import Answer

BEGIN = int(datetime(2026, 12, 5, 11, 0, tzinfo=UTC).timestamp())
WATCHLIST = {"Wanted on warrant": 7000}
SESSION = "7c0f5ab1-1f42-4f0b-93e5-1d4b9a6e0a11"


class Overt:
    """What it answers, in the place of a wire. `slow_s`: how long the next permit takes; each lasts
    for five seconds."""

    def __init__(self) -> None:
        self.key, self.now, self.slow_s, self.permits = keys.generate(), float(BEGIN), 0, 0
        self.is_cut = False
        valid = keys.ValidKey(keys.public(self.key), BEGIN - 60, BEGIN + 3600)
        self.set = keys.KeySet(1, BEGIN - 60, {kid_of(self.key): valid}).signed(self.key)

    def key_set(self) -> str:
        return self.set

    def sessions(self, *, at: float) -> list[dict[str, str]]:
        ends = datetime.fromtimestamp(BEGIN + 600, UTC).isoformat()
        return [{"id": SESSION, "reference": "LFR-1", "state": "armed", "ends_at": ends}]

    def post(self, session: str, what: str, body: bytes, *, at: float) -> Answer:
        if what != "permit":
            return Answer(200, {})
        self.now += self.slow_s
        self.permits += 1
        begins = int(self.now)
        permit = Permit(
            iss="here",
            aud="system:7",
            sub=f"session:{SESSION}",
            seq=self.permits,
            iat=begins,
            nbf=begins,
            exp=begins + 5,
            deployment="LFR-1",
            authority="a" * 64,
            zone="b" * 64,
            threshold_floor="0.6",
            manifest=manifest_of(WATCHLIST, 0, datetime.now(UTC)).digest,
            policy="c" * 64,
        )
        return Answer(200, {"permit": issue(permit, self.key), "poll_seconds": 1})


def system_of(overt: Overt, folder: Path) -> System:
    setup = Setup(
        audience="system:7",
        issuer="here",
        max_life_s=60,
        skew_s=1,
        threshold="0.64",
        watchlist=WATCHLIST,
        under_18=0,
        draw=Draw(seed=1, busy=50),
    )
    clock = lambda: overt.now  # noqa: E731
    return System(setup, overt, folder, wall=clock, monotonic=clock, say=lambda line: None)  # type: ignore[arg-type]


def test_it_counts_second_by_second_while_a_permit_holds(tmp_path: Path):
    overt = Overt()
    system = system_of(overt, tmp_path)
    system.tick()
    overt.now += 3
    system.tick()
    counted = sum(
        system.setup.draw.second(BEGIN + second, camera).faces
        for second in range(3)
        for camera in range(2)
    )
    assert system.known.faces == counted > 0
    assert system.last_use == (2, BEGIN + 3)


def test_time_that_it_waited_for_an_answer_without_a_permit_is_not_counted(tmp_path: Path):
    overt = Overt()
    system = system_of(overt, tmp_path)
    system.tick()
    overt.now += 2
    overt.slow_s = 6  # the first permit ends meanwhile
    system.tick()
    assert system.last_use == (2, BEGIN + 8)
    assert system.known.faces == 0
