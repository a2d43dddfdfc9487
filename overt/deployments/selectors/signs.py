"""Signs and what was last seen of them.

Checks count in the order in which they were recorded: they are written one after another under
the deployment's lock, while clocks of several machines differ by moments.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Prefetch, QuerySet

from overt.decisions import Decision
from overt.deployments import states
from overt.deployments.models import CheckKind, Deployment, Sign, SignCheck
from overt.deployments.selectors.deployments import profile_of
from overt.deployments.signs import standing
from overt.deployments.signs.standing import Terms
from overt.prepared import Call, Prepared, run

State = standing.State
IN_PLACE = standing.IN_PLACE

_AFTER = {
    CheckKind.PLACED: State.PLACED,
    CheckKind.RECHECKED: State.RECHECKED,
    CheckKind.MISSING: State.MISSING,
}
# What `services.sign_plan` makes. Anything else is not looked for: a database may refuse the text.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,43}", re.ASCII)


@dataclass(frozen=True)
class Row:
    """One sign of the board. `due_at`: by when it has to be seen again, where that is asked."""

    sign: Sign
    state: State
    last: SignCheck | None
    due_at: datetime | None


@dataclass(frozen=True)
class Board:
    """All signs of a deployment at one moment.

    `missing_since` and `grace_until` are about the sign that has been missing longest; the latter
    only while the deployment is live.
    """

    rows: tuple[Row, ...]
    faults: tuple[str, ...]
    missing_since: datetime | None
    grace_until: datetime | None

    @property
    def in_place(self) -> int:
        return sum(row.state in IN_PLACE for row in self.rows)

    def coded(self, state: State) -> list[str]:
        """The codes of the signs in `state`."""
        return [row.sign.code for row in self.rows if row.state == state]


def state_of(sign: Sign) -> State:
    """What the last check said; planned before the first. Uses prefetched checks where there."""
    return standing.last(_seen(sign))


def signs_of(deployment: Deployment) -> QuerySet[Sign]:
    """The signs that the current version plans, each with its checks and who made them."""
    checks = SignCheck.objects.select_related("person").order_by("pk")
    return Sign.objects.filter(deployment=deployment, retired_at__isnull=True).prefetch_related(
        Prefetch("checks", checks)
    )


def by_token(token: str) -> Sign | None:
    """The sign with `token` in its code, also one that is no longer planned."""
    if not _TOKEN.fullmatch(token):
        return None
    return Sign.objects.select_related("deployment__current_version").filter(token=token).first()


def terms_of(deployment: Deployment) -> Terms:
    """What the signs of `deployment` are held to, by its pinned profile."""
    policy = profile_of(deployment).signs
    return Terms(
        deployment.setup_at,
        deployment.ends_at,
        recheck=timedelta(minutes=policy.recheck_minutes.value),
        grace=timedelta(minutes=policy.grace_minutes.value),
    )


def board(deployment: Deployment, *, now: datetime) -> Board:
    """Every sign with its state at `now`. Three queries at most, however many signs."""
    terms = terms_of(deployment)
    signs = list(signs_of(deployment))
    since = _missing_since(signs)
    live = deployment.state == states.LIVE
    return Board(
        rows=tuple(_row(sign, terms, now) for sign in signs),
        faults=tuple(_faults(deployment, {sign.code: _seen(sign) for sign in signs}, terms, now)),
        missing_since=since,
        grace_until=since + terms.grace if live and since else None,
    )


_CHECKS = Prepared(
    lambda deployment: (
        Sign.objects.filter(deployment=deployment, retired_at__isnull=True)
        .order_by("pk", "checks__pk")
        .values_list("code", "checks__kind", "checks__at")
    ),
    deployment=BigIntegerField(),
)


# Of each planned sign, by its code: what was seen of it, and when, one row for each look; one row
# with nothing where it was not looked at.
Checks = Sequence[tuple[str, str | None, datetime | None]]


def checks_of(deployment: Deployment) -> Call[Any]:
    """Asks for them. It is light: every permit asks."""
    return _CHECKS.call(deployment=deployment.pk)


def sign_faults(deployment: Deployment, *, now: datetime) -> list[str]:
    """One sentence for each thing that is wrong with the signs at `now`; empty when they hold."""
    return faults_in(run(checks_of(deployment)), deployment, now=now)


def faults_in(checks: Checks, deployment: Deployment, *, now: datetime) -> list[str]:
    """The same, where `checks` are those of `deployment`."""
    seen: dict[str, list[standing.Seen]] = {}
    for code, kind, at in checks:
        of_this = seen.setdefault(code, [])
        if kind is not None and at is not None:
            of_this.append(standing.Seen(_AFTER[CheckKind(kind)], at))
    return _faults(deployment, seen, terms_of(deployment), now)


def signs_hold(deployment: Deployment, *, now: datetime) -> Decision:
    """Whether all signs are in place and re-checked in time, missing ones within their grace."""
    wrong = sign_faults(deployment, now=now)
    return Decision(
        not wrong, " ".join(wrong) or "Every sign is in place and re-checked.", "signs-hold"
    )


def missing_since(deployment: Deployment) -> datetime | None:
    """When the sign was reported that has been missing longest; None when none is missing."""
    return _missing_since(list(signs_of(deployment)))


def _seen(sign: Sign) -> list[standing.Seen]:
    checks = sorted(sign.checks.all(), key=lambda check: check.pk)
    return [standing.Seen(_AFTER[CheckKind(check.kind)], check.at) for check in checks]


def _row(sign: Sign, terms: Terms, now: datetime) -> Row:
    seen = _seen(sign)
    watched = terms.watched(now) and standing.last(seen) in IN_PLACE
    return Row(
        sign,
        standing.state(seen, terms, now=now),
        last=max(sign.checks.all(), key=lambda check: check.pk, default=None),
        due_at=seen[-1].at + terms.recheck if watched else None,
    )


def _faults(
    deployment: Deployment,
    seen: Mapping[str, Sequence[standing.Seen]],
    terms: Terms,
    now: datetime,
) -> list[str]:
    return standing.faults(seen, terms, is_live=deployment.state == states.LIVE, now=now)


def _missing_since(signs: Sequence[Sign]) -> datetime | None:
    found = [standing.missing_since(_seen(sign)) for sign in signs]
    return min((since for since in found if since is not None), default=None)
