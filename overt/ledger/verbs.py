"""The verbs that the ledger knows: each with a label for people and a schema for its payload.

An app registers its verbs in its own `verbs.py`, imported from its `AppConfig.ready()`:

    IMPORTED = register("crimes.imported", label="Crime files imported", schema=CrimesImported)
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from .errors import EntryRefused, UnregisteredVerb, VerbRefused

_NAME = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")


@dataclass(frozen=True)
class Verb:
    """`name` is what entries keep, as `subject-kind.what-happened`."""

    name: str
    label: str
    schema: type[BaseModel]


_registered: dict[str, Verb] = {}


def register(name: str, *, label: str, schema: type[BaseModel]) -> Verb:
    """Make `name` a verb of the ledger; registering the very same verb again changes nothing.

    Raises `VerbRefused` when the name is not of the form `crimes.imported`, when another verb
    holds it, or when the schema does not forbid fields that it does not name.
    """
    verb = Verb(name=name, label=label, schema=schema)
    if not _NAME.fullmatch(name) or len(name) > 80:
        raise VerbRefused(f"{name!r} is no name for a verb: write it like crimes.imported.")
    if schema.model_config.get("extra") != "forbid":
        raise VerbRefused(f"{schema.__name__}, the schema of {name}, must set extra='forbid'.")
    if _registered.setdefault(name, verb) != verb:
        raise VerbRefused(f"{name} is registered already, with another label or schema.")
    return verb


def get(name: str) -> Verb:
    """The verb called `name`. Raises `UnregisteredVerb`."""
    try:
        return _registered[name]
    except KeyError:
        raise UnregisteredVerb(f"{name!r} is not a registered verb of the ledger.") from None


def label(name: str) -> str:
    """What people read for `name`. A verb of an app that has since gone is shown by its name."""
    verb = _registered.get(name)
    return verb.label if verb else name


def registered() -> list[Verb]:
    """Every verb, by name."""
    return sorted(_registered.values(), key=lambda verb: verb.name)


def checked_payload(name: str, payload: Mapping[str, object]) -> dict[str, object]:
    """`payload` as plain JSON values, as the schema of the verb `name` reads it.

    Raises `UnregisteredVerb`, and `EntryRefused` naming the fields that do not fit.
    """
    verb = get(name)
    try:
        read = verb.schema.model_validate(payload)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'payload'}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        )
        raise EntryRefused(f"The payload of {name} does not fit its schema: {faults}.") from error
    return read.model_dump(mode="json")
