"""The profiles on this installation: the files of POLICY_DIR."""

from pathlib import Path

from django.conf import settings

from .document import Profile, ProfileError, from_document, from_toml

__all__ = ["Profile", "ProfileError", "available", "from_document", "load"]


def available() -> list[str]:
    """The names of the profiles in POLICY_DIR, in alphabetical order; they may not be valid."""
    return sorted(path.stem for path in Path(settings.POLICY_DIR).glob("*.toml"))


def load(name: str | None = None) -> Profile:
    """The profile `name`, or the active one (POLICY_PROFILE).

    Raises ProfileError, with one line per problem, when it is absent, unreadable or not valid.
    """
    wanted = settings.POLICY_PROFILE if name is None else name
    names = available()
    # Only a listed name becomes a path: `name` may come from an address.
    if wanted not in names:
        known = ", ".join(names) or "none"
        raise ProfileError(f"policy profile {wanted!r}", [f"is not there; available: {known}"])
    path = Path(settings.POLICY_DIR) / f"{wanted}.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(path.name, [f"cannot be read: {error}"]) from None
    profile = from_toml(text, origin=path.name)
    if profile.name != wanted:
        raise ProfileError(
            path.name, [f"field name: says {profile.name!r}; make it the file's name, {wanted!r}"]
        )
    return profile
