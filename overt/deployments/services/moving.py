"""The one way in which a deployment changes its state: locked, checked, with one ledger entry."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from overt.accounts.actors import Actor
from overt.deployments import states
from overt.deployments.errors import FieldRefused, NotWhatWasShown, WrongState
from overt.deployments.models import Deployment, Version
from overt.ledger import services as ledger
from overt.ledger.verbs import Verb


def person(actor: Actor) -> int:
    """The account of `actor`. Every verb that calls this is one that only an account may use."""
    if actor.user_id is None:
        raise TypeError(f"{actor.label} is no account")
    return actor.user_id


def required_reason(reason: str) -> str:
    """`reason` without the blanks around it. Raises FieldRefused when nothing is left, or more
    than 2,000 characters."""
    said = reason.strip()
    if not said:
        raise FieldRefused("reason", "Give the reason")
    if len(said) > 2000:
        raise FieldRefused("reason", "Give the reason in at most 2,000 characters")
    return said


def locked(deployment: Deployment) -> Deployment:
    """The deployment as it is now, for this transaction alone. Needs one."""
    return Deployment.objects.select_for_update().get(pk=deployment.pk)


def require_state(deployment: Deployment, *allowed: str, verb: str) -> None:
    """Raises WrongState unless `deployment` is in one of the states `allowed`."""
    if deployment.state not in allowed:
        label = states.LABELS[deployment.state].lower()
        raise WrongState(f"{deployment.reference} is {label}, so nobody can {verb} it now.")


def require_shown(deployment: Deployment, seen_digest: str) -> Version:
    """The current version, if it is the one that the page showed. Raises NotWhatWasShown."""
    version = deployment.current_version
    if version is None or version.digest != seen_digest:
        raise NotWhatWasShown(
            f"{deployment.reference} has another version than the page you answered: "
            "read it again before you decide."
        )
    return version


def digest_of(deployment: Deployment) -> str:
    """The digest of the current version, or nothing before the first."""
    version = deployment.current_version
    return version.digest if version is not None else ""


def move(deployment: Deployment, state: str, *, now: datetime, **changes: Any) -> None:
    """Put `deployment` into `state`, with `changes` of other columns.

    Raises WrongState where the table of transitions, or the database, does not allow it.
    """
    if not states.may_follow(deployment.state, state):
        raise WrongState(
            f"{deployment.reference} is {states.LABELS[deployment.state].lower()}: it cannot "
            f"become {states.LABELS[state].lower()}."
        )
    if now < deployment.state_at:
        raise WrongState(
            f"The clock of this machine is before the last change of {deployment.reference}: "
            "set the clock right."
        )
    deployment.state = state
    deployment.state_at = now
    for name, value in changes.items():
        setattr(deployment, name, value)
    try:
        deployment.save(update_fields=["state", "state_at", *changes])
    except IntegrityError as error:
        raise WrongState(f"The database refused the change: {error}") from error


def record(
    deployment: Deployment,
    verb: Verb,
    payload: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """One entry of the ledger about `deployment`."""
    ledger.append(
        actor=actor.label, verb=verb.name, subject=deployment.subject, payload=payload, now=now
    )
