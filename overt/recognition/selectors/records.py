"""Records as they were published, and the one that would be published next."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from overt.deployments.models import CheckKind, SignCheck
from overt.deployments.notices import coarse
from overt.deployments.selectors import notices
from overt.deployments.selectors.deployments import profile_of
from overt.deployments.selectors.frozen import frozen
from overt.recognition.account import record
from overt.recognition.account.record import Difference, Facts, Sign
from overt.recognition.models import Record, Session

from .account import figures_of, seeded_of
from .facts import latest_manifest


@dataclass(frozen=True)
class Coming:
    """The record as it would be published now. `differences` are those from the last one."""

    number: int
    document: Mapping[str, Any]
    differences: tuple[Difference, ...]

    @cached_property
    def text(self) -> str:
        return record.canonical(self.document)

    @cached_property
    def digest(self) -> str:
        return record.digest(self.text)


def latest(session: Session) -> Record | None:
    """The record that stands; None before the first."""
    return Record.objects.filter(session=session).order_by("-number").first()


def coming(session: Session) -> Coming:
    """The next record of `session`, which has stopped. Raises NotAsSubmitted, UnknownColumns."""
    before = latest(session)
    columns = profile_of(session.deployment).records.columns.value
    document = record.document(
        facts(session),
        columns=columns,
        number=before.number + 1 if before else 1,
        replaces=before.digest if before else None,
    )
    said = record.differences(json.loads(before.document), document) if before else ()
    return Coming(document["number"], document, said)


def facts(session: Session) -> Facts:
    """What is published of `session`, which has stopped. Raises NotAsSubmitted."""
    if session.live_since is None or session.stopped_at is None:
        raise ValueError(f"{session.subject} has not stopped")
    read, profile = frozen(session.version), profile_of(session.deployment)
    place = read.draft.place
    square = coarse.square(place.zone, precision_m=profile.place.public_precision_m.value)
    notice = notices.notices_of(session.deployment)
    first = min((one.published_at for one in notice), default=None)
    manifest = latest_manifest(session)
    return Facts(
        reference=session.deployment.reference,
        session=str(session.id),
        use_case=read.use_case,
        place=place.public_place,
        borough=place.borough.name if place.borough else "",
        square=asdict(square) if square else None,
        watchlist_size=manifest.total if manifest else 0,
        threshold=session.reported_threshold,
        figures=figures_of(session),
        authority_reference=f"{session.deployment.reference} version {session.version.number}",
        authority_sha256=session.version.digest,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        live_since=session.live_since,
        stopped_at=session.stopped_at,
        notice_at=first,
        signs=_signs(session),
        seeded=seeded_of(session),
    )


def _signs(session: Session) -> list[Sign]:
    """When each sign that was planned was first seen in its place. That it was taken away again is
    nowhere recorded."""
    placed = (
        SignCheck.objects.filter(
            sign__deployment=session.deployment,
            sign__retired_at__isnull=True,
            kind=CheckKind.PLACED,
        )
        .order_by("sign_id", "pk")
        .values_list("sign_id", "at")
    )
    first: dict[int, Sign] = {}
    for sign_id, at in placed:
        first.setdefault(sign_id, Sign(at, None))
    return list(first.values())
