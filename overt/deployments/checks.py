"""System checks: the dates files can be read; what the policy calls sensitive can be imported."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from overt.deployments.calendar.dates import DatesError
from overt.deployments.place.sensitive import KINDS
from overt.deployments.selectors.warnings import known_dates
from overt.policy import profiles


@register
def dates_can_be_read(**kwargs: Any) -> Sequence[CheckMessage]:
    """deployments.E001: a file in DATES_DIR is not what it should be."""
    try:
        known_dates()
    except DatesError as error:
        return [Error(str(error), id="deployments.E001")]
    return []


@register
def sensitive_kinds_are_known(**kwargs: Any) -> Sequence[CheckMessage]:
    """deployments.E002: a profile looks for a kind of place that nobody can import.

    Nothing would ever be found, and every application would say so.
    """
    found = []
    for name in profiles.available():
        try:
            kinds = profiles.load(name).place.sensitive_kinds.value
        except profiles.ProfileError:
            continue  # the policy's own check says what is wrong
        found += [
            Error(
                f"policy profile {name!r}: place.sensitive_kinds: {kind!r} is none of "
                f"{', '.join(KINDS)}",
                id="deployments.E002",
            )
            for kind in kinds
            if kind not in KINDS
        ]
    return found
