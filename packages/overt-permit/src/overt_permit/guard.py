"""Whether a system may run at this moment: the rules, and the state machine that holds to them.

Rules
1. The state is read before anything and written before a permit counts. Without it, or where it
   has forgotten something, no permit is taken.
2. A permit is signed with Ed25519 by a key of the pinned set that is valid now (`signing`, `keys`).
   It ends when a newer set no longer has that key.
3. It is from the issuer and for the audience that are configured.
4. It is of the session that the system runs, and of no other. While a permit holds, none of another
   session is taken.
5. Its number is higher than any that was accepted for that session: no replay, no rollback.
6. It is no longer than the configured life. It was not issued later than the clock shows, and it
   has begun, both but for the allowed difference of clocks.
7. It has not ended. Here no difference of clocks is allowed: the earlier end is the safe one. What
   has ended does not begin again.
8. The threshold that runs is at or above its floor; the watchlist and, where configured, the zone
   that run are those that it names.
9. The clock does not go back behind the latest moment that it showed at any look, but for the
   allowed difference; until it has caught up, or a person says that it was wrong before, nothing
   runs. So permits that were saved up are no use later.
10. The life of an accepted permit is measured on the wall clock and on the monotonic clock, and the
    shorter one holds: a clock that is set back, and a machine that was asleep, gain nothing. By the
    monotonic clock it is never longer than the permit is; a monotonic clock that goes back ends it.
11. Between two permits the last one holds until its end; a refused one changes nothing. After a
    restart none holds.
12. The pinned key set is never older than one that counted before.

`wall` is seconds since 1970, `monotonic` seconds of a clock that nobody sets and that runs while
the machine sleeps, as CLOCK_BOOTTIME. Both are passed in: nothing here reads a clock.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

from .claims import DECIMAL, NUMBER_LIMIT, SHA256, SYSTEM, Permit
from .errors import Refused
from .keys import KeySet
from .signing import read_permit
from .state import State, StateFile


@dataclass(frozen=True)
class Config:
    """What the system is and what it runs. `threshold` is a decimal as text, from 0 to 1;
    `manifest` and `zone` are sha256 in hexadecimal. Raises ValueError for what no permit could
    name."""

    issuer: str
    audience: str
    max_life_s: int
    skew_s: int
    threshold: str
    manifest: str
    zone: str | None = None

    def __post_init__(self) -> None:
        if not self.issuer or SYSTEM.fullmatch(self.audience) is None:
            raise ValueError("the issuer is empty, or the audience is not written as system:7")
        if self.max_life_s < 1 or self.skew_s < 0:
            raise ValueError("a permit lives for a second at least, and no skew is below 0")
        if DECIMAL.fullmatch(self.threshold) is None:
            raise ValueError("the threshold is not a decimal from 0 to 1")
        digests = (self.manifest,) if self.zone is None else (self.manifest, self.zone)
        if any(SHA256.fullmatch(digest) is None for digest in digests):
            raise ValueError("manifest or zone is no sha256 in small hexadecimal")


@dataclass(frozen=True)
class Answer:
    """`until` is the moment, by the wall clock, at which the answer ends by itself."""

    allowed: bool
    reason: str
    rule: int
    until: float | None = None


@dataclass(frozen=True)
class _Held:
    permit: Permit
    kid: str
    life: float
    monotonic: float


class Guard:
    """For one session at a time, and one thread. What is configured is what runs: another threshold
    or watchlist needs another Guard. Raises Refused where the state cannot be read, or knows a
    newer key set."""

    def __init__(self, config: Config, key_set: KeySet, state: StateFile) -> None:
        self.config = config
        self.key_set = key_set
        self._file = state
        self._known = state.read()
        if key_set.version < self._known.set_version:
            raise Refused("set-rolled-back", "A newer key set counted already.", 12)
        self._latest = self._known.latest
        self._monotonic = -math.inf
        self._held: _Held | None = None
        self._without = Answer(False, "no-permit", 11)

    def accept(self, token: str, session: str, wall: float, monotonic: float) -> Permit:
        """Take `token` as the permit of `session` (its UUID). Raises Refused."""
        with self._file.locked():
            known = self._reread()
            self._look(wall, monotonic)
            permit, kid = self._checked(token, session, known, wall, monotonic)
            self._write(known.accepting(session, permit.seq, set_version=self.key_set.version))
        life = min(permit.exp - wall, permit.exp - permit.nbf)
        self._held = _Held(permit, kid, life, monotonic)
        return permit

    def check(self, token: str, session: str, wall: float, monotonic: float) -> Permit:
        """As `accept`, but only to know: nothing is taken. Raises Refused."""
        known = self._reread()
        self._look(wall, monotonic)
        return self._checked(token, session, known, wall, monotonic)[0]

    def may_run(self, wall: float, monotonic: float) -> Answer:
        """Whether the system may run now."""
        try:
            self._look(wall, monotonic)
            # So that a restart forgets no more of it than the difference that is allowed anyway.
            if self._latest - self._known.latest > self.config.skew_s:
                with self._file.locked():
                    self._write(self._reread())
        except Refused as refused:
            return Answer(False, refused.reason, refused.rule)
        return self._answer(wall, monotonic)

    def follow(self, token: str, wall: float, monotonic: float) -> KeySet:
        """Pin the key set in `token`, where it may follow the pinned one. Raises Refused."""
        self._look(wall, monotonic)
        self.key_set = self._file.follow(self.key_set, token, at=int(wall))
        return self.key_set

    def _look(self, wall: float, monotonic: float) -> None:
        if not (0 <= wall <= NUMBER_LIMIT and math.isfinite(monotonic)):
            raise Refused("clock-unreadable", "A clock shows no time.", 9)
        if monotonic < self._monotonic:
            self._end("monotonic-went-back", 10)
        self._monotonic = monotonic
        if wall < self._latest - self.config.skew_s:
            raise Refused("clock-went-back", "The clock is behind the latest moment it showed.", 9)
        self._latest = max(self._latest, int(wall))

    def _answer(self, wall: float, monotonic: float) -> Answer:
        held = self._held
        if held is None:
            return self._without
        left = held.life - (monotonic - held.monotonic)
        try:
            self.key_set.find(held.kid, at=int(wall))
        except Refused as refused:
            return self._end(refused.reason, refused.rule)
        if wall >= held.permit.exp:
            return self._end("expired", 7)
        if left <= 0:
            return self._end("expired", 10)
        if wall < held.permit.nbf - self.config.skew_s:
            return Answer(False, "not-yet-valid", 6)
        ends = min(held.permit.exp, self.key_set.keys[held.kid].not_after)
        return Answer(True, "permit-holds", 11, until=min(ends, wall + left))

    def _end(self, reason: str, rule: int) -> Answer:
        if self._held is not None:
            self._held = None
            self._without = Answer(False, reason, rule)
        return self._without

    def _reread(self) -> State:
        known = self._file.read()
        if not known.follows(self._known):
            raise Refused("state-rolled-back", "The state has forgotten what it knew.", 1)
        if known.set_version > self.key_set.version:
            self.key_set = known.pinned()
        self._known = known
        self._latest = max(self._latest, known.latest)
        return known

    def _write(self, state: State) -> None:
        seen = state.seeing(self._latest)
        self._file.write(seen)
        self._known = seen

    def _checked(
        self, token: str, session: str, known: State, wall: float, monotonic: float
    ) -> tuple[Permit, str]:
        config = self.config
        permit, kid = read_permit(token, lambda kid: self.key_set.find(kid, at=int(wall)))
        if permit.iss != config.issuer:
            raise Refused("issuer-wrong", "The permit is from somebody else.", 3)
        if permit.aud != config.audience:
            raise Refused("audience-wrong", "The permit is for another system.", 3)
        if permit.sub != f"session:{session}":
            raise Refused("session-wrong", "The permit is for another session.", 4)
        if self._answer(wall, monotonic).allowed and self._runs_another(permit.sub):
            raise Refused("session-other-holds", "A permit of another session holds.", 4)
        if permit.seq <= known.highest(session):
            raise Refused("sequence-rolled-back", "A permit as new was accepted before.", 5)
        if permit.exp - permit.nbf > config.max_life_s:
            raise Refused("life-too-long", "The permit is longer than any may be.", 6)
        if permit.iat > wall + config.skew_s or permit.nbf > wall + config.skew_s:
            raise Refused("not-yet-valid", "The permit has not begun.", 6)
        if wall >= permit.exp:
            raise Refused("expired", "The permit has ended.", 7)
        if Fraction(config.threshold) < Fraction(permit.threshold_floor):
            raise Refused("threshold-too-low", "The system runs below the permit's threshold.", 8)
        if permit.manifest != config.manifest:
            raise Refused("manifest-differs", "The system runs another watchlist.", 8)
        if config.zone is not None and permit.zone != config.zone:
            raise Refused("zone-differs", "The system runs for another zone.", 8)
        return permit, kid

    def _runs_another(self, subject: str) -> bool:
        return self._held is not None and self._held.permit.sub != subject
