"""Reads every setting that comes from the environment. docs/settings.md lists them all."""

import contextlib
import os
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]

env = environ.Env()

MODES = ("embedded", "production", "test")
MODE: str = env.str("OVERT_MODE", "embedded")
if MODE not in MODES:
    raise ImproperlyConfigured(f"OVERT_MODE is {MODE!r}; use one of {', '.join(MODES)}.")
PRODUCTION = MODE == "production"

DATA_DIR = Path(env.str("OVERT_DATA_DIR", str(ROOT / "var"))).resolve()


def required(name: str, why: str) -> str:
    """The value of `name`, or a refusal to start that says what is missing and why."""
    value: str = env.str(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} must be set when OVERT_MODE=production: {why}")
    return value


def number(name: str, default: int) -> int:
    """The whole number that `name` is set to. Raises ImproperlyConfigured for anything else."""
    given: str = env.str(name, "")
    if not given:
        return default
    if not (given.isascii() and given.isdecimal() and int(given)):
        raise ImproperlyConfigured(f"{name} is {given!r}; give a whole number above 0.")
    return int(given)


def embedded_secret_key() -> str:
    """A key made on first use and kept beside the data, readable by its owner alone."""
    path = DATA_DIR / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"secret-key.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            os.link(draft, path)
        draft.unlink()
    return path.read_text()
