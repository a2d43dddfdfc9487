"""What time alone does to deployments, found and done for all of them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from overt.accounts.actors import Actor
from overt.deployments.errors import WrongState
from overt.deployments.models import Deployment

from . import lifecycle

logger = logging.getLogger(__name__)
# What floors above do first, so that nothing expires that they have not noted.
_FIRST: list[Callable[..., object]] = []


@dataclass(frozen=True)
class Passed:
    """References. `failed` are due still, and looked at again the next time."""

    expired: tuple[str, ...]
    lapsed: tuple[str, ...]
    failed: tuple[str, ...]


def do_first(verb: Callable[..., object]) -> None:
    """Have `verb(actor=…, now=…)` done each time before anything expires. For a floor above, as it
    starts."""
    if verb not in _FIRST:
        _FIRST.append(verb)


def pass_time(*, actor: Actor, now: datetime) -> Passed:
    """Let everything expire or lapse whose time has come, each in a transaction of its own.

    Expiry comes first: what is over does not wait for a decision again. Doing it twice, or in two
    processes at once, does it once.
    """
    for verb in _FIRST:
        try:
            verb(actor=actor, now=now)
        except Exception:
            # Nor must it keep authorities alive.
            logger.exception("What comes before an expiry could not be done")
    expired = _each(lifecycle.due_to_expire(now=now), lifecycle.expire, actor, now)
    lapsed = _each(lifecycle.due_to_lapse(now=now), lifecycle.lapse, actor, now)
    left = [*lifecycle.due_to_expire(now=now), *lifecycle.due_to_lapse(now=now)]
    return Passed(expired, lapsed, tuple(sorted({found.reference for found in left})))


def _each(
    due: list[Deployment], verb: Callable[..., Deployment], actor: Actor, now: datetime
) -> tuple[str, ...]:
    done = []
    for deployment in due:
        try:
            verb(deployment=deployment, actor=actor, now=now)
        except WrongState as error:
            # Mostly another process, or a person, was first.
            logger.info("%s was left as it is: %s", deployment.reference, error)
        except Exception:
            # One that cannot be moved must not keep the authorities of others alive.
            logger.exception("%s could not expire or lapse", deployment.reference)
        else:
            done.append(deployment.reference)
    return tuple(done)
