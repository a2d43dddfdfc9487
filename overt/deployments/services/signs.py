"""What someone saw of a sign on the street."""

import hashlib
import re
from datetime import datetime

from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.deployments import rules, states, verbs
from overt.deployments.errors import FieldRefused, WrongState
from overt.deployments.models import CheckKind, Sign, SignCheck
from overt.deployments.selectors.deployments import profile_of
from overt.deployments.selectors.signs import State, state_of
from overt.deployments.signs import location, standing
from overt.deployments.signs.location import Location, Verdict

from . import lifecycle
from .moving import digest_of, locked, person, record, require_state

MOST_NOTE = 300
_KEY = re.compile(r"[A-Za-z0-9-]{8,36}", re.ASCII)
_VERBS = {
    CheckKind.PLACED: verbs.SIGN_PLACED,
    CheckKind.RECHECKED: verbs.SIGN_RECHECKED,
    CheckKind.MISSING: verbs.SIGN_MISSING,
}


@transaction.atomic
def record_check(
    *,
    sign: Sign,
    kind: str,
    here: Location | None,
    note: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> SignCheck:
    """Record that `actor` saw `sign` as `kind` says, standing at `here` where that is known.

    The same `key` from the same person about the same sign is one check, however often it is
    sent. A sign that is missing takes readiness back at once.
    Raises NotAllowed, WrongState, or FieldRefused of kind, note or key.
    """
    require(rules.may_check_signs(actor))
    if kind not in CheckKind.values:
        raise FieldRefused("kind", "Say whether the sign is placed, still in place or missing.")
    if not _KEY.fullmatch(key):
        raise FieldRefused("key", "Open the page of the sign again.")
    words = " ".join(note.split())
    if len(words) > MOST_NOTE or (words and not words.isprintable()):
        raise FieldRefused("note", f"Write the note in at most {MOST_NOTE} letters and signs.")

    current = locked(sign.deployment)
    seen = Sign.objects.get(pk=sign.pk)
    before = SignCheck.objects.filter(sign=seen, person_id=person(actor), key=key).first()
    if before is not None:
        return _once(before, kind)
    require_state(current, *states.UNDER_AUTHORITY, verb="check the signs of")
    if seen.retired_at is not None:
        raise WrongState(f"Sign {seen.code} is no longer planned: take it down.")
    if now < seen.planned_at:
        raise WrongState(
            f"The clock of this machine is before sign {seen.code} was planned: set it right."
        )
    _require_sequence(seen, kind)
    distance = _distance(seen, here)
    spacing = profile_of(current).signs.spacing_m.value
    if kind != CheckKind.MISSING and not words:
        _require_near(seen, distance, here, spacing)

    check = SignCheck.objects.create(
        sign=seen,
        kind=kind,
        person_id=person(actor),
        at=now,
        easting=here.easting if here else None,
        northing=here.northing if here else None,
        accuracy_m=here.accuracy_m if here else None,
        distance_m=distance,
        note=words,
        key=key,
    )
    payload = {
        "sign": seen.code,
        "kind": kind,
        "digest": digest_of(current),
        "distance_m": distance,
        "accuracy_m": check.accuracy_m,
        "note_sha256": hashlib.sha256(words.encode()).hexdigest() if words else "",
    }
    record(current, _VERBS[CheckKind(kind)], payload, actor=actor, now=now)
    if kind == CheckKind.MISSING and current.state == states.READY:
        reason = f"Sign {seen.code} is missing."
        lifecycle.no_longer_ready(deployment=current, reason=reason, actor=actor, now=now)
    return check


def _once(before: SignCheck, kind: str) -> SignCheck:
    if before.kind != kind:
        raise WrongState("This page was answered already: open the page of the sign again.")
    return before


def _require_sequence(sign: Sign, kind: str) -> None:
    """What was never put up, or is reported missing, cannot still be in place."""
    state = state_of(sign)
    if kind == CheckKind.RECHECKED and state not in standing.IN_PLACE:
        said = "was reported missing" if state == State.MISSING else "was not placed yet"
        raise WrongState(f"Sign {sign.code} {said}. If it is here now, press Placed here.")


def _distance(sign: Sign, here: Location | None) -> int | None:
    if here is None:
        return None
    return location.distance_m((here.easting, here.northing), (sign.easting, sign.northing))


def _require_near(sign: Sign, distance: int | None, here: Location | None, spacing_m: int) -> None:
    """Rule 4 of `signs.location`, where no note was written."""
    verdict = location.judge(distance, here.accuracy_m if here else None, spacing_m=spacing_m)
    if verdict == Verdict.NEAR:
        return
    if distance is None:
        found = "Your phone gave no location."
    elif verdict == Verdict.VAGUE:
        found = "Your phone does not know well enough where it is."
    else:
        raise FieldRefused(
            "note",
            f"You are {distance:,} m from the planned point of sign {sign.code}. If this is "
            "right, write where the sign is and why, then press again.",
        )
    raise FieldRefused("note", f"{found} Write where the sign is and why, then press again.")
