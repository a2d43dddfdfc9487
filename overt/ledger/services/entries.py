"""Append: how every entry comes into the ledger."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction

from overt.ledger import chain, verbs
from overt.ledger.errors import EntryRefused, NotInTransaction
from overt.ledger.models import Entry
from overt.prepared import Prepared

_LAST = Prepared(lambda: Entry.objects.order_by("-seq").values_list("seq", "hash")[:1])
# Any constant will do, as long as nothing else in the database takes the same advisory lock.
_ADVISORY_LOCK = 0x4F56455254  # "OVERT"


def append(
    *, actor: str, verb: str, subject: str, payload: Mapping[str, object], now: datetime
) -> Entry:
    """Write one entry at the end of the chain, as part of the caller's transaction.

    `actor` is `Actor.label`; `subject` names one thing, as `import:17`; `payload` has the shape
    of the schema that `verb` is registered with, and holds digests of what was decided rather
    than the thing itself. The entry appears when the caller's transaction commits, and not at
    all when it rolls back. Appends wait for each other until then, so a caller does its slow
    work first and appends last.

    Raises `NotInTransaction`, `UnregisteredVerb` or `EntryRefused`.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise NotInTransaction(f"{verb} must be appended inside transaction.atomic().")
    content = verbs.checked_payload(verb, payload)
    for name, text in (("actor", actor), ("subject", subject)):
        if not text or len(text) > 200 or not text.isprintable():
            raise EntryRefused(
                f"The {name} of {verb} must be 1 to 200 printable characters: {text!r}."
            )
    if now.utcoffset() is None:
        raise EntryRefused(f"The time of {verb} must have a zone.")
    hold_the_end()
    head = _LAST.first()
    seq, previous = (head[0] + 1, head[1]) if head else (1, chain.GENESIS)
    at = now.astimezone(UTC)
    try:
        text = chain.canonical(content)
        digest = chain.entry_hash(
            seq=seq,
            at=at,
            actor=actor,
            verb=verb,
            subject=subject,
            payload=content,
            previous=previous,
        )
    except ValueError as error:
        raise EntryRefused(f"The payload of {verb} has no canonical JSON: {error}.") from error
    return Entry.objects.create(
        seq=seq,
        at=at,
        actor=actor,
        verb=verb,
        subject=subject,
        payload=text,
        previous=previous,
        hash=digest,
    )


def hold_the_end() -> None:
    """Let nobody else append before this transaction ends."""
    connection = transaction.get_connection()
    if connection.vendor == "postgresql":
        # On SQLite the transaction is IMMEDIATE: its writers wait for each other already.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
