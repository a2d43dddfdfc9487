"""Ask for an analysis, run it, publish it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.accounts.permissions import require
from overt.hotspots import rules, verbs
from overt.hotspots.analysis import run as analysis_run
from overt.hotspots.analysis.inputs import Asked
from overt.hotspots.analysis.method import Method
from overt.hotspots.analysis.record import canonical
from overt.hotspots.analysis.window import MONTH, MOST_MONTHS, months_until
from overt.hotspots.areas import facts
from overt.hotspots.crimes.categories import CATEGORIES
from overt.hotspots.models import Analysis, Area, CrimeRelease
from overt.hotspots.models.analyses import State
from overt.hotspots.models.areas import AreaKind
from overt.hotspots.selectors import analysis_inputs, crimes
from overt.hotspots.storage import StoredFileChanged
from overt.ledger import services as ledger
from overt.policy import services as policy
from overt.policy.document import Profile, from_document
from overt.policy.models import PinnedProfile

Clock = Callable[[], datetime]

# A job that has not been heard of for this long is taken to be dead. Steps are seconds apart.
STALE_AFTER = timedelta(seconds=60)


class AnalysisRefused(ValueError):
    """A request that cannot be met. `field` is the parameter to change, for forms; it is empty
    where no other choice would help."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Request:
    """What a person asks for. Empty means: take what the policy and the data suggest."""

    forces: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    until: str = ""
    months: int | None = None


def request(
    *,
    area: Area,
    wanted: Request,
    profile: Profile,
    actor: Actor,
    now: datetime,
    requested_by: User | None = None,
) -> Analysis:
    """Queue an analysis with everything that decides it fixed now: releases, months, policy.

    Call `services.jobs.send` to have a worker run it, or `run` to run it here. While an account's
    analysis waits or runs, its asking for the very same again (a form sent twice) gives that
    analysis and changes nothing.

    Raises AnalysisRefused, NotAllowed.
    """
    require(rules.may_analyse(actor))
    try:
        asked, releases = _resolve(area, wanted, profile)
    except StoredFileChanged as problem:
        raise AnalysisRefused("", str(problem)) from problem
    parameters = {
        "forces": list(asked.forces),
        "categories": list(asked.categories),
        "until": asked.until,
        "months": asked.months,
        "releases": [release.pk for release in releases],
    }
    with transaction.atomic():
        waiting = _waiting(area, parameters, profile, requested_by)
        if waiting is not None:
            return waiting
        policy.pin(profile=profile, now=now)
        analysis = Analysis.objects.create(
            area=area,
            parameters=parameters,
            policy_name=profile.name,
            policy_digest=profile.digest,
            requested_by=requested_by,
            requested_at=now,
        )
        ledger.append(
            actor=actor.label,
            verb=verbs.ANALYSIS_REQUESTED.name,
            subject=f"analysis:{analysis.pk}",
            payload={
                "area": area.name,
                "kind": area.kind,
                "boundary_sha256": area.boundary_sha256,
                "policy": profile.name,
                "policy_digest": profile.digest,
                "forces": list(asked.forces),
                "categories": list(asked.categories),
                "until": asked.until,
                "months": asked.months,
            },
            now=now,
        )
    return analysis


def run(
    *,
    analysis_id: int,
    actor: Actor,
    clock: Clock,
    watch: analysis_run.Progress | None = None,
) -> Analysis | None:
    """Run a queued analysis, or one whose worker has died. None when it is not to be run.

    watch(percent, stage) is told of progress as the database is.

    Whoever claims it owns that attempt: a worker that was taken for dead and comes back finds
    the attempt counted on, and leaves no trace.
    """
    analysis = _claim(analysis_id, clock())
    if analysis is None:
        return None
    mine = Analysis.objects.filter(pk=analysis.pk, attempt=analysis.attempt, state=State.RUNNING)

    def progress(percent: int, stage: str) -> None:
        mine.update(progress=percent, stage=stage, heartbeat_at=clock())
        if watch is not None:
            watch(percent, stage)

    try:
        record = _compute(analysis, progress)
    except StoredFileChanged as problem:
        return _fail(mine, str(problem), actor, clock())
    except BaseException:
        _fail(mine, "The analysis stopped on an error; the worker's log has it.", actor, clock())
        raise
    return _finish(mine, record, actor, clock())


@transaction.atomic
def publish(*, analysis: Analysis, actor: Actor, now: datetime) -> Analysis:
    """Make a finished analysis part of the public evidence. Raises NotAllowed."""
    locked = Analysis.objects.select_for_update().get(pk=analysis.pk)
    require(
        rules.may_publish(actor, state=locked.state, is_published=locked.published_at is not None)
    )
    locked.published_at = now
    locked.save(update_fields=["published_at"])
    ledger.append(
        actor=actor.label,
        verb=verbs.ANALYSIS_PUBLISHED.name,
        subject=f"analysis:{locked.pk}",
        payload={"digest": locked.digest},
        now=now,
    )
    ledger.checkpoint_after_publication(actor=actor.label, now=now)
    return locked


def _resolve(area: Area, wanted: Request, profile: Profile) -> tuple[Asked, list[CrimeRelease]]:
    forces = wanted.forces or _usual_forces(area)
    known = crimes.forces()
    for force in forces:
        if force not in known:
            raise AnalysisRefused(
                "forces",
                f"No crime data of force {force!r} is imported; there is {', '.join(known)}.",
            )
    months_of = {
        force: {release.month for release in crimes.current_releases(forces=[force])}
        for force in forces
    }
    until = wanted.until or max(max(months) for months in months_of.values())
    if not MONTH.fullmatch(until):
        raise AnalysisRefused("until", f"{until!r} is no month; write it like 2024-05.")
    number = profile.hotspots.months.value if wanted.months is None else wanted.months
    if not 1 <= number <= MOST_MONTHS:
        raise AnalysisRefused("months", f"Ask for 1 to {MOST_MONTHS} months.")
    window = months_until(until, number)
    releases = crimes.current_releases(forces=forces, months=window)
    if not releases:
        raise AnalysisRefused(
            "until", f"No file of {', '.join(forces)} falls within {window[0]} to {window[-1]}."
        )
    held = {name for release in releases for name in release.category_counts}
    for category in wanted.categories:
        if category not in CATEGORIES:
            raise AnalysisRefused(
                "categories", f"{category!r} is no crime category; see the data page for the list."
            )
        if category not in held:
            raise AnalysisRefused("categories", f"The chosen files hold no {category!r}.")
    chosen = set(wanted.categories) or held
    categories = tuple(name for name in CATEGORIES if name in chosen)
    return Asked(tuple(sorted(forces)), categories, until, number), releases


def _waiting(
    area: Area, parameters: dict[str, Any], profile: Profile, requested_by: User | None
) -> Analysis | None:
    """The same analysis, where the account has asked for it and has no answer yet."""
    if requested_by is None:
        return None
    # One request of an account after the other, also on PostgreSQL.
    User.objects.select_for_update().get(pk=requested_by.pk)
    return Analysis.objects.filter(
        area=area,
        parameters=parameters,
        policy_digest=profile.digest,
        requested_by=requested_by,
        state__in=[State.QUEUED, State.RUNNING],
    ).first()


def _usual_forces(area: Area) -> tuple[str, ...]:
    """The force that polices the area; where that is not known, the one that has crimes there.

    A neighbour's or the railway police's crimes are never taken for the area's without being
    asked for.
    """
    present = [
        found.force for found in crimes.forces_in((area.west, area.south, area.east, area.north))
    ]
    listed = facts.borough(area.name) if area.kind == AreaKind.BOROUGH else None
    if listed is not None and listed.force in present:
        return (listed.force,)
    if not present:
        raise AnalysisRefused(
            "forces", f"No crimes near {area.name} are imported. Import crime files first."
        )
    if listed is not None:
        raise AnalysisRefused(
            "forces",
            f"No crimes of {listed.force}, which polices {area.name}, are imported; there are "
            f"some of {', '.join(present)}. Import its files, or choose a force.",
        )
    if len(present) == 1:
        return (present[0],)
    raise AnalysisRefused(
        "forces",
        f"Several forces have crimes near {area.name}: {', '.join(present)}. Choose.",
    )


@transaction.atomic
def _claim(analysis_id: int, now: datetime) -> Analysis | None:
    free = Q(state=State.QUEUED) | Q(state=State.RUNNING, heartbeat_at__lt=now - STALE_AFTER)
    analysis = Analysis.objects.select_for_update(of=("self",)).filter(free, pk=analysis_id).first()
    if analysis is None:
        return None
    analysis.state = State.RUNNING
    analysis.attempt += 1
    analysis.progress, analysis.stage = 0, "Loading crime files"
    analysis.heartbeat_at = now
    analysis.save(update_fields=["state", "attempt", "progress", "stage", "heartbeat_at"])
    return analysis


def _compute(analysis: Analysis, progress: analysis_run.Progress) -> dict[str, Any]:
    pinned = PinnedProfile.objects.get(digest=analysis.policy_digest)
    profile = from_document(pinned.document)
    parameters = analysis.parameters
    releases = list(
        CrimeRelease.objects.filter(pk__in=parameters["releases"])
        .select_related("file")
        .order_by("force", "month")
    )
    inputs = analysis_inputs.build(
        area=analysis_inputs.area_input(analysis.area),
        bcu=analysis_inputs.bcu_of(analysis.area),
        asked=Asked(
            forces=tuple(parameters["forces"]),
            categories=tuple(parameters["categories"]),
            until=parameters["until"],
            months=parameters["months"],
        ),
        releases=releases,
        profile=profile,
    )
    return analysis_run.analyse(inputs, method=Method.of_profile(profile), progress=progress)


@transaction.atomic
def _finish(mine: Any, record: dict[str, Any], actor: Actor, now: datetime) -> Analysis | None:
    analysis: Analysis | None = mine.select_for_update(of=("self",)).first()
    if analysis is None:
        return None
    refusal = record["refusal"]
    analysis.state = State.REFUSED if refusal else State.DONE
    analysis.record = canonical(record).decode()
    analysis.digest = record["digest"]
    analysis.summary = summary_of(record)
    analysis.progress, analysis.stage, analysis.finished_at = 100, "", now
    analysis.error = ""
    analysis.save()
    ledger.append(
        actor=actor.label,
        verb=verbs.ANALYSIS_RECORDED.name,
        subject=f"analysis:{analysis.pk}",
        payload={
            "digest": analysis.digest,
            "refusal": refusal["code"] if refusal else None,
            "inputs": sorted({file["sha256"] for file in record["inputs"]}),
        },
        now=now,
    )
    return analysis


@transaction.atomic
def _fail(mine: Any, error: str, actor: Actor, now: datetime) -> Analysis | None:
    analysis: Analysis | None = mine.select_for_update(of=("self",)).first()
    if analysis is None:
        return None
    analysis.state, analysis.error, analysis.finished_at = State.FAILED, error[:500], now
    analysis.save(update_fields=["state", "error", "finished_at"])
    ledger.append(
        actor=actor.label,
        verb=verbs.ANALYSIS_FAILED.name,
        subject=f"analysis:{analysis.pk}",
        payload={"error": analysis.error},
        now=now,
    )
    return analysis


def summary_of(record: dict[str, Any]) -> dict[str, Any]:
    """The few figures that lists show, so that they need not read the record."""
    cells: Sequence[dict[str, Any]] = record["cells"]
    hot = [cell for cell in cells if cell["class"] == "hot"]
    return {
        "cells": len(cells),
        "hot": len(hot),
        "robust": sum(cell["stability"]["band"] == "robust" for cell in hot),
        "rising": record["rise"].get("rising", 0),
        "crimes": record["set_aside"]["crimes_inside"],
        "months": record["window"]["months"],
        "from": record["window"]["from"],
        "to": record["window"]["to"],
        "refusal": record["refusal"]["reason"] if record["refusal"] else "",
    }
