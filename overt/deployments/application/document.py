"""The frozen application: one canonical JSON document, whose sha256 is the version's digest.

Form `overt/application/1`:

    {format, reference, version, force, title, policy: {name, digest},
     tasks: {task name: data as in tasks.py},
     facts: {hotspot: {…} or null, uncovered: [...], objection: text},
     not_confirmed: [{field, value, status, source}, …]}

`not_confirmed` lists every value of the profile that an application is held to and that is not
confirmed by an official document, so that whoever decides sees it. Pure: no Django.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785

from overt.policy.describe import describe
from overt.policy.document import Profile

from .completeness import objection_of
from .tasks import TASKS, Draft

FORMAT = "overt/application/1"
# The sections of the profile that an application is held to.
SECTIONS = (
    "use_cases",
    "place",
    "authorising",
    "watchlist",
    "threshold",
    "sessions",
    "notice",
    "signs",
    "community",
)


def build(
    draft: Draft,
    *,
    reference: str,
    version: int,
    title: str,
    profile: Profile,
    hotspot: Mapping[str, Any] | None,
    uncovered: tuple[str, ...],
) -> dict[str, Any]:
    """The document of one version. `hotspot` is what the pinned analysis says of the zone."""
    return {
        "format": FORMAT,
        "reference": reference,
        "version": version,
        "force": profile.force,
        "title": title,
        "policy": {"name": profile.name, "digest": profile.digest},
        "tasks": {task.name: getattr(draft, task.name).stored() for task in TASKS},
        "facts": {
            "hotspot": dict(hotspot) if hotspot is not None else None,
            "uncovered": list(uncovered),
            "objection": objection_of(draft, profile),
        },
        "not_confirmed": not_confirmed(draft, profile),
    }


def canonical(document: Mapping[str, Any]) -> str:
    """RFC 8785. Raises ValueError where a value has no such form."""
    return rfc8785.dumps(dict(document)).decode()


def digest(text: str) -> str:
    """The sha256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def not_confirmed(draft: Draft, profile: Profile) -> list[dict[str, str]]:
    """The values that the application is held to and that no official document confirms."""
    chosen = f"use_cases.{draft.use_case.use_case}."
    return [
        {"field": row.field, "value": row.value, "status": row.status, "source": row.source}
        for section in describe(profile)
        if section.key in SECTIONS
        for row in section.rows
        if row.status != "confirmed"
        and (section.key != "use_cases" or row.field.startswith(chosen))
    ]
