"""What the policy pages show."""

from dataclasses import dataclass, field

from django.conf import settings

from . import profiles
from .describe import Described, certainties, describe
from .document import Profile, ProfileError
from .values import Certainty


@dataclass(frozen=True)
class Listed:
    """One file of POLICY_DIR: a profile, or the problems that keep it from being one."""

    name: str
    active: bool
    profile: Profile | None = None
    counts: dict[Certainty, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """One profile in words."""

    profile: Profile
    active: bool
    sections: list[Described]
    counts: dict[Certainty, int]


def listed() -> list[Listed]:
    """Every file of POLICY_DIR, the active one first."""
    found = [_listed(name) for name in profiles.available()]
    return sorted(found, key=lambda item: (not item.active, item.name))


def page(name: str) -> Page:
    """Raises ProfileError when `name` is no profile that can be read."""
    profile = profiles.load(name)
    sections = describe(profile)
    return Page(
        profile=profile,
        active=name == settings.POLICY_PROFILE,
        sections=sections,
        counts=certainties(sections),
    )


def _listed(name: str) -> Listed:
    active = name == settings.POLICY_PROFILE
    try:
        profile = profiles.load(name)
    except ProfileError as error:
        return Listed(name=name, active=active, problems=tuple(error.problems))
    return Listed(name, active, profile, certainties(describe(profile)))
