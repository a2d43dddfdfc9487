"""Notices as the public has them, and the one that would be published next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField

from overt.deployments import states, verbs
from overt.deployments.models import Deployment, Notice, NoticeKind, Version
from overt.deployments.notices import coarse, document, wording
from overt.deployments.notices.coarse import Square
from overt.deployments.notices.lead import Lead, lead, whole_hours
from overt.deployments.notices.shown import Shown, area_in_words, area_of, event_of
from overt.deployments.notices.wording import Before, Told
from overt.deployments.selectors.deployments import deployments, profile_of
from overt.deployments.selectors.frozen import frozen
from overt.ledger import selectors as ledger
from overt.policy.document import Profile
from overt.prepared import Call, Prepared

# A notice is published under authority, or afterwards where it was left out.
PUBLISHABLE = (*states.UNDER_AUTHORITY, states.ENDED)
# Where one that was left out under a critical threat has still to be published.
OWING = (states.LIVE, states.ENDED)


@dataclass(frozen=True)
class Source:
    """What a version gives its notices; `reason` is that of a lead time that is not kept."""

    told: Told
    borough: str
    square: Square | None
    reason: str
    profile: Profile


@dataclass(frozen=True)
class Preview:
    """The notice that would be published now. `before` is the one that it would replace.

    `words_digest` is over everything that the public would read: what was shown and what is
    published have the same one.
    """

    source: Source
    version: Version
    lead: Lead
    paragraphs: tuple[str, ...]
    before: Notice | None
    words_digest: str

    @property
    def says_what_stands(self) -> bool:
        """Whether the notice that stands is of this version already."""
        before = self.before
        return (
            before is not None
            and before.kind != NoticeKind.CANCELLATION
            and before.version_id == self.version.pk
        )


def notices_of(deployment: Deployment) -> list[Notice]:
    """Every notice, the latest first."""
    return list(
        Notice.objects.filter(deployment=deployment)
        .select_related("published_by", "version")
        .defer("version__document")
        .order_by("-number")
    )


_LATEST = Prepared(
    lambda deployment: Notice.objects.filter(deployment=deployment).order_by("-number")[:1],
    deployment=BigIntegerField(),
)


def last_of(deployment: Deployment) -> Call[list[Notice]]:
    """Asks for the last notice; there may be none."""
    return _LATEST.call(deployment=deployment.pk)


def latest(deployment: Deployment) -> Notice | None:
    """The last notice, which may be a cancellation."""
    return _LATEST.first(deployment=deployment.pk)


def standing(deployment: Deployment) -> Notice | None:
    """What the public is told will happen; None where nothing was, or it was cancelled."""
    found = latest(deployment)
    return None if found is None or found.kind == NoticeKind.CANCELLATION else found


def source_of(version: Version) -> Source:
    """Raises NotAsSubmitted."""
    read = frozen(version)
    place = read.draft.place
    return Source(
        told=Told(
            force=wording.one_line(read.document["force"]),
            place=wording.one_line(place.public_place),
            starts_at=version.starts_at,
            ends_at=version.ends_at,
            text=read.draft.notice.text,
        ),
        borough=wording.one_line(place.borough.name) if place.borough else "",
        square=coarse.square(place.zone, precision_m=read.profile.place.public_precision_m.value),
        reason=read.draft.notice.exception_reason,
        profile=read.profile,
    )


def preview(deployment: Deployment, *, now: datetime) -> Preview:
    """The notice of the current version, as it would be published at `now`.

    `deployment` has a version. Raises NotAsSubmitted.
    """
    version = deployment.current_version
    if version is None:
        raise ValueError(f"{deployment.reference} was never submitted")
    source, before = source_of(version), latest(deployment)
    kept = lead(
        starts_at=version.starts_at,
        published_at=now,
        reason=source.reason,
        profile=source.profile,
    )
    replaced = (
        Before(
            number=before.number,
            published_at=before.published_at,
            is_cancellation=before.kind == NoticeKind.CANCELLATION,
            place=before.place,
            starts_at=before.starts_at,
            ends_at=before.ends_at,
        )
        if before
        else None
    )
    paragraphs = tuple(wording.announcement(source.told, lead=kept, before=replaced))
    read = {"place": source.told.place, "borough": source.borough, "paragraphs": paragraphs}
    return Preview(
        source=source,
        version=version,
        lead=kept,
        paragraphs=paragraphs,
        before=before,
        words_digest=document.digest(document.canonical(read | {"version": version.digest})),
    )


def hours_left(starts_at: datetime, *, now: datetime) -> int:
    """Whole hours until the start."""
    return whole_hours(starts_at=starts_at, published_at=now)


def went_live(deployment: Deployment) -> bool:
    """Whether its session ever began."""
    return ledger.entries(verb=verbs.STARTED.name, subject=deployment.subject).exists()


def notice_fault(deployment: Deployment) -> str:
    """Why the notice does not let the deployment go ahead; empty when it does."""
    return fault_in(latest(deployment), deployment)


def fault_in(notice: Notice | None, deployment: Deployment) -> str:
    """The same, where `notice` is the last of `deployment`."""
    profile = profile_of(deployment)
    if not profile.notice.on_website.value:
        return ""
    if notice is None or notice.kind == NoticeKind.CANCELLATION:
        return "" if notice is None and may_be_left_out(deployment) else "No notice is published."
    if (notice.starts_at, notice.ends_at) != (deployment.starts_at, deployment.ends_at):
        return "The published notice gives other times: publish the change."
    needed = profile.notice.lead_hours.value
    if notice.lead_hours < needed and not notice.exception_reason:
        return f"The notice was published less than {needed} hours before the start."
    return ""


def may_be_left_out(deployment: Deployment) -> bool:
    """Whether the policy, and the reason authorised with the version, allow that the notice is
    only published afterwards."""
    version = deployment.current_version
    if version is None or not profile_of(deployment).notice.critical_threat_exception.value:
        return False
    return bool(frozen(version).draft.notice.exception_reason.strip())


def is_owed(deployment: Deployment) -> bool:
    """Whether the notice was left out and has still to be published."""
    return (
        deployment.state in OWING
        and profile_of(deployment).notice.on_website.value
        and latest(deployment) is None
    )


def owed() -> list[Deployment]:
    """Every deployment of which `is_owed` holds, the one that started first before the others."""
    without = deployments().filter(state__in=OWING, notices__isnull=True)
    return [
        one
        for one in without.order_by("starts_at", "pk")
        if profile_of(one).notice.on_website.value
    ]


def shown(notice: Notice, *, reference: str) -> Shown:
    """`notice` as pages show it."""
    return Shown(
        reference=reference,
        number=notice.number,
        kind=notice.kind,
        event=event_of(notice.document),
        place=notice.place,
        borough=notice.borough,
        area=area_of(notice.document),
        starts_at=notice.starts_at,
        ends_at=notice.ends_at,
        paragraphs=tuple(notice.text.split("\n\n")),
        published_at=notice.published_at,
        lead_hours=notice.lead_hours,
        exception=notice.exception_reason,
        digest=notice.digest,
    )


def shown_beforehand(coming: Preview, *, reference: str) -> Shown:
    """The preview as pages show it."""
    told = coming.source.told
    return Shown(
        reference=reference,
        number=coming.before.number + 1 if coming.before else 1,
        kind=NoticeKind.CHANGE if coming.before else NoticeKind.ANNOUNCEMENT,
        event=document.CHANGED if coming.before else document.ANNOUNCED,
        place=told.place,
        borough=coming.source.borough,
        area=area_in_words(coming.source.square),
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        paragraphs=coming.paragraphs,
        lead_hours=coming.lead.hours,
        exception=coming.lead.exception,
    )
