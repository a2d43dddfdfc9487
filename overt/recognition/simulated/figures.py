"""Numbers drawn from published rates, the same for the same seed. They are nobody's faces.

Rates: the force's published totals of 2024 (180 deployments, 902,748 faces, 1,286 alerts, 27 false
ones, 575 arrests), with a deployment's median length of 5 h 34 min; so 902,748 / 180 / 334 minutes
is 15 faces a minute.

Each second of each camera has a generator of its own, seeded by (seed, second, camera): what is
drawn for a second does not depend on which seconds were drawn before.
"""

from dataclasses import dataclass

import numpy as np

FACES_A_MINUTE = 902_748 / 180 / 334
ALERTS_A_FACE = 1_286 / 902_748
FALSE_OF_ALERTS = 27 / 1_286
ARRESTS_OF_TRUE = 575 / (1_286 - 27)
# Of those that are true, the rest came to other action or to none, about evenly.
OTHER_OF_TRUE = (1 - ARRESTS_OF_TRUE) / 2


@dataclass(frozen=True)
class Second:
    """What one camera counts in one second. `alerts` is at most `faces`."""

    faces: int
    alerts: int


@dataclass(frozen=True)
class Fate:
    """What becomes of one alert: the operator's decision after so many seconds, and the rest."""

    decision: str
    decided_after_s: int
    engaged: bool
    outcome: str
    outcome_after_s: int
    ethnicity: str | None


@dataclass(frozen=True)
class Draw:
    """`busy`: how many times as many faces as published; `alerting`: how many times as many alerts
    of them, so that a trial of a minute has some."""

    seed: int
    busy: float = 1.0
    alerting: float = 1.0

    def second(self, at: int, camera: int) -> Second:
        """`at`: seconds since 1970."""
        rng = np.random.default_rng([self.seed, at, camera])
        faces = int(rng.poisson(FACES_A_MINUTE / 60 * self.busy))
        share = min(1.0, ALERTS_A_FACE * self.alerting)
        return Second(faces, int(rng.binomial(faces, share)))

    def fate(self, number: int) -> Fate:
        """Of the alert with this number."""
        rng = np.random.default_rng([self.seed, number])
        is_false = rng.random() < FALSE_OF_ALERTS
        engaged = bool(rng.random() < (0.3 if is_false else 0.9))
        outcome = "no_action"
        if engaged and not is_false:
            drawn = rng.random()
            if drawn < ARRESTS_OF_TRUE:
                outcome = "arrest"
            elif drawn < ARRESTS_OF_TRUE + OTHER_OF_TRUE:
                outcome = "other"
        decided_after = int(rng.integers(3, 20))
        codes = ("W1", "W9", "M1", "A1", "A2", "B1", "B2", "O9", "NS")
        return Fate(
            decision="false" if is_false else "true",
            decided_after_s=decided_after,
            engaged=engaged,
            outcome=outcome,
            outcome_after_s=decided_after + int(rng.integers(20, 90)),
            ethnicity=str(rng.choice(codes)) if engaged and rng.random() < 0.5 else None,
        )
