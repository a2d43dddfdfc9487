"""What the gates read, from the database as it is at this moment. Nothing is kept between calls."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

import rfc8785
from django.db.models import (
    BigIntegerField,
    DateTimeField,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
    UUIDField,
)

from overt.accounts import roles
from overt.accounts.models import User, shown_name
from overt.accounts.ranks import LEVELS
from overt.deployments import states as deployment_states
from overt.deployments.application.tasks import Resources
from overt.deployments.models import Deployment, Determination, Kind, Outcome, Version
from overt.deployments.selectors.authorities import AUTHORITIES, holding
from overt.deployments.selectors.deployments import profile_of
from overt.deployments.selectors.frozen import Frozen, frozen
from overt.deployments.selectors.notices import fault_in, last_of
from overt.deployments.selectors.signs import checks_of, faults_in
from overt.prepared import Message, Prepared
from overt.recognition import gates, states
from overt.recognition.models import Manifest, Session, SystemKey


@dataclass(frozen=True)
class Bound:
    """What a permit is bound to, besides time and sequence."""

    authority: str
    zone: str
    manifest: str
    threshold_floor: str
    policy: str


@dataclass(frozen=True)
class Reading:
    """The facts, and the application as it was authorised."""

    facts: gates.Facts
    application: Frozen


def facts_of(session: Session, deployment: Deployment, *, now: datetime) -> gates.Facts:
    """`deployment` is the session's, as it is locked or read now. Raises NotAsSubmitted."""
    return read(session, deployment, now=now, message=Message()).facts


def read(session: Session, deployment: Deployment, *, now: datetime, message: Message) -> Reading:
    """The same, with what it was read from; what is in `message` is asked beside. Raises
    NotAsSubmitted."""
    version = session.version
    application = frozen(version)
    draft, profile = application.draft, profile_of(deployment)
    manifests = message.add(_MANIFEST.call(session=session.pk))
    determinations = message.add(_DETERMINATIONS.call(version=version.pk))
    around = message.add(_AROUND.call(session=session.pk, now=now))
    checks, notices = message.add(checks_of(deployment)), message.add(last_of(deployment))
    manifest = next(iter(manifests.said), None)
    held, review = _given(determinations.said, now=now)
    officers = {one.person_id for one in (held, review) if one is not None}
    known = _people({*officers, *draft.resources.people})
    offset = session.clock_offset_ms
    ((system_has_key, overlapping),) = around.said
    facts = gates.Facts(
        now=now,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        is_ready_or_live=deployment.state in (deployment_states.READY, deployment_states.LIVE),
        is_current_version=deployment.current_version_id == version.pk,
        authority=_authority(version, held, known),
        needs_review=version.review_required,
        reviewer=_officer(known[review.person_id], roles.LEGAL) if review else None,
        sign_faults=tuple(faults_in(checks.said, deployment, now=now)),
        notice_fault=fault_in(next(iter(notices.said), None), deployment),
        manifest=gates.Manifest(
            digest=manifest.digest,
            built_at=manifest.built_at,
            total=manifest.total,
            under_18=manifest.under_18,
            categories=manifest.categories,
        )
        if manifest
        else None,
        manifest_in_use=session.reported_manifest,
        authorised=gates.Composition(
            categories={one.name: one.count for one in draft.watchlist.categories},
            under_18=draft.watchlist.under_18 or 0,
            threshold=draft.watchlist.threshold,
        ),
        threshold_in_use=session.reported_threshold,
        roles_missing=_roles_missing(draft.resources, known),
        system_in_use=session.system.is_active,
        system_has_key=system_has_key,
        clock_offset=timedelta(milliseconds=offset) if offset is not None else None,
        overlapping=overlapping or "",
        profile=profile,
    )
    return Reading(facts, application)


def bound(reading: Reading) -> Bound:
    """For a permit whose gates all hold. The authorised threshold is never below the policy's
    floor of the day on which it was authorised; the floor may have risen since."""
    facts, application = reading.facts, reading.application
    if facts.manifest is None:
        raise ValueError("a permit is bound to a manifest, and there is none")
    floor = facts.profile.threshold.floor_on(gates.day(facts.now))
    lowest = [facts.authorised.threshold, *([floor.value] if floor else [])]
    ring = [[easting, northing] for easting, northing in application.draft.place.zone]
    return Bound(
        authority=application.version.digest,
        zone=hashlib.sha256(rfc8785.dumps(ring)).hexdigest(),
        manifest=facts.manifest.digest,
        threshold_floor=max(lowest, key=Fraction),
        policy=facts.profile.digest,
    )


_MANIFEST = Prepared(
    lambda session: Manifest.objects.filter(session=session).order_by("-number")[:1],
    session=UUIDField(),
)


def latest_manifest(session: Session) -> Manifest | None:
    """The watchlist that the system said last."""
    return _MANIFEST.first(session=session.pk)


def _valid_keys(system_id: Any, *, now: Any) -> QuerySet[SystemKey]:
    """The keys with which the system may sign at `now`."""
    return SystemKey.objects.filter(
        system_id=system_id, revoked_at__isnull=True, valid_from__lte=now, valid_until__gt=now
    )


def _others() -> QuerySet[Session]:
    """Of a session's system, the other sessions that are not over."""
    return Session.objects.filter(
        system=OuterRef("system"),
        state__in=(states.ARMED, states.LIVE, states.STOPPING, states.UNCONFIRMED),
    ).exclude(pk=OuterRef("pk"))


# Whether its system has a key, and the reference of another session of it that is not over.
_AROUND = Prepared(
    lambda session, now: (
        Session.objects.filter(pk=session)
        .annotate(
            has_key=Exists(_valid_keys(OuterRef("system"), now=now)),
            other=Subquery(_others().values("deployment__reference")[:1]),
        )
        .order_by()
        .values_list("has_key", "other")
    ),
    session=UUIDField(),
    now=DateTimeField(),
)


@dataclass(frozen=True)
class _Person:
    """An account, as far as a gate asks."""

    name: str
    in_use: bool
    level: int
    roles: set[str]


def _people(numbers: Collection[int]) -> dict[int, _Person]:
    """Those of the accounts that there are, by number: one query for all of them."""
    known: dict[int, _Person] = {}
    if not numbers:
        return known
    wanted = {f"number_{place}": number for place, number in enumerate(sorted(numbers))}
    for number, username, first_name, last_name, is_active, rank, role in _accounts(
        len(wanted)
    ).all(**wanted):
        if number not in known:
            name = shown_name(username, first_name, last_name)
            known[number] = _Person(name, is_active, LEVELS.get(rank, -1), set())
        known[number].roles.add(role)
    return known


@lru_cache(maxsize=64)
def _accounts(count: int) -> Prepared[tuple[Any, ...]]:
    """So many accounts with their roles."""
    return Prepared(
        lambda **numbers: User.objects.filter(pk__in=list(numbers.values())).values_list(
            "pk", "username", "first_name", "last_name", "is_active", "rank", "groups__name"
        ),
        **{f"number_{place}": BigIntegerField() for place in range(count)},
    )


_DETERMINATIONS = Prepared(
    lambda version: Determination.objects.filter(
        version=version,
        kind__in=(*AUTHORITIES, Kind.REVIEW),
        outcome=Outcome.GIVEN,
        end__isnull=True,
    ).order_by("at", "pk"),
    version=BigIntegerField(),
)


def _given(
    given: Sequence[Determination], *, now: datetime
) -> tuple[Determination | None, Determination | None]:
    """The authority that holds, and the review that supported the version."""
    reviews = [one for one in given if one.kind == Kind.REVIEW]
    authorities = (one for one in given if one.kind in AUTHORITIES)
    return holding(authorities, now=now), reviews[0] if reviews else None


def _authority(
    version: Version, held: Determination | None, known: Mapping[int, _Person]
) -> gates.Authority | None:
    if held is None or held.valid_until is None:
        return None
    is_oral = held.kind == Kind.ORAL
    return gates.Authority(
        kind=Kind(held.kind).label,
        is_oral=is_oral,
        by=_officer(known[held.person_id], roles.AUTHORISING_OFFICER),
        needed_level=version.urgent_level if is_oral else version.authorising_level,
        valid_until=held.valid_until,
    )


def _officer(person: _Person, role: str) -> gates.Officer:
    return gates.Officer(
        name=person.name,
        in_use=person.in_use,
        has_role=role in person.roles,
        level=person.level,
    )


def _roles_missing(named: Resources, known: Mapping[int, _Person]) -> tuple[str, ...]:
    gone = [
        who.name
        for number, who in named.people.items()
        if number not in known or not known[number].in_use
    ]
    said = [f"{name} has no account in use." for name in gone]
    said += [
        f"{who.name} is no operator."
        for who in named.operators
        if who.name not in gone and roles.OPERATOR not in known[who.id].roles
    ]
    for role, holder in (("gold", named.gold), ("silver", named.silver), ("bronze", named.bronze)):
        if holder is None:
            said.append(f"Nobody is named as {role}.")
    if not named.operators:
        said.append("Nobody is named as operator.")
    return tuple(said)
