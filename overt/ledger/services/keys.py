"""Signing keys: taken up, replaced, and found when a checkpoint is to be signed."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from overt.ledger import keys, selectors, vocabulary
from overt.ledger.errors import KeyMissing
from overt.ledger.models import Entry
from overt.ledger.notes import SigningKey

from .entries import append, hold_the_end


def key_files() -> list[Path]:
    """Every file that may hold a key: the one that the setting names first."""
    named = [Path(settings.LEDGER_KEY)] if settings.LEDGER_KEY else []
    return named + [path for path in keys.files(settings.LEDGER_KEY_FOLDER) if path not in named]


def signing_key(*, actor: str, now: datetime) -> SigningKey:
    """The key in force; the first one is taken up, and in embedded mode made, when it is needed.

    Raises KeyMissing, also where there are keys and none of them is the one in force: a key takes
    another's place by `replace_key` alone.
    """
    wanted = selectors.key_in_force()
    try:
        held = [keys.read(path) for path in key_files()]
        if wanted is not None:
            for key in held:
                if key.verifier == wanted:
                    return key
            raise KeyMissing(
                f"The key {wanted.name}+{wanted.id}, which the ledger names, is not in "
                f"{settings.LEDGER_KEY_FOLDER}: put its file back, or replace it with "
                "manage.py ledger_keys rotate --lost."
            )
        if not held and settings.LEDGER_MAKES_ITS_KEY:
            held = [keys.generate(settings.LEDGER_KEY_FOLDER, settings.LEDGER_NAME)[0]]
    except keys.KeyFileError as error:
        raise KeyMissing(str(error)) from error
    if not held:
        raise KeyMissing(
            f"There is no key to sign with in {settings.LEDGER_KEY_FOLDER}: make one with "
            "manage.py ledger_keys generate."
        )
    if len(held) > 1 and not settings.LEDGER_KEY:
        raise KeyMissing(
            f"There are {len(held)} keys in {settings.LEDGER_KEY_FOLDER} and the ledger names "
            "none: say which to use with OVERT_LEDGER_KEY."
        )
    take_up_key(key=held[0], actor=actor, now=now)
    return held[0]


@transaction.atomic
def take_up_key(*, key: SigningKey, actor: str, now: datetime) -> Entry:
    """Make `key` the first key in force. Raises KeyMissing when there is one already."""
    hold_the_end()
    if selectors.key_in_force() is not None:
        raise KeyMissing("The ledger names a key already: replace it with ledger_keys rotate.")
    return append(
        actor=actor,
        verb=vocabulary.KEY_ADDED.name,
        subject=f"ledger-key:{key.verifier.id}",
        payload={"key": str(key.verifier)},
        now=now,
    )


@transaction.atomic
def replace_key(*, old: SigningKey | None, new: SigningKey, actor: str, now: datetime) -> Entry:
    """Put `new` in force and sign a checkpoint with both, so that trust in `old` reaches `new`.

    Without `old`, which is lost, the checkpoint bears the new signature alone, and whoever keeps a
    public key has to be given the new one by another way. Raises KeyMissing.
    """
    from .checkpoints import sign_checkpoint

    hold_the_end()
    replaced = selectors.key_in_force()
    if replaced is None:
        raise KeyMissing("The ledger names no key yet: make one with ledger_keys generate.")
    if old is not None and old.verifier != replaced:
        raise KeyMissing("The old key is not the one that the ledger names.")
    if new.name != replaced.name:
        raise KeyMissing(f"The new key must have the name of the old one, {replaced.name}.")
    entry = append(
        actor=actor,
        verb=vocabulary.KEY_REPLACED.name,
        subject=f"ledger-key:{new.verifier.id}",
        payload={"key": str(new.verifier), "replaced": f"{replaced.name}+{replaced.id}"},
        now=now,
    )
    sign_checkpoint([new] if old is None else [new, old], actor=actor, now=now)
    return entry
