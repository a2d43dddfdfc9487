"""What is read from the ledger."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from . import verbs
from .chain import GENESIS, Broken, Link, fault
from .models import Entry


def entries(*, verb: str = "", subject: str = "") -> QuerySet[Entry]:
    """Entries, newest first; of one verb and of one subject where given.

    A subject that ends in a colon stands for its kind: `import:` is every import.
    """
    chosen = Entry.objects.order_by("-seq")
    if verb:
        chosen = chosen.filter(verb=verb)
    if subject.endswith(":"):
        chosen = chosen.filter(subject__startswith=subject)
    elif subject:
        chosen = chosen.filter(subject=subject)
    return chosen


def verbs_used() -> list[tuple[str, str]]:
    """The verbs that entries have, by name, each with its label."""
    names = Entry.objects.order_by("verb").values_list("verb", flat=True).distinct()
    return [(name, verbs.label(name)) for name in names]


def links() -> Iterator[Link]:
    """Every entry in rising order, streamed, as `chain.verify` reads it.

    Times are read as the text that is stored, so that a time that is none does not stop the
    reading.
    """
    return _links(Entry.objects.order_by("seq"))


def fault_of(seq: int) -> Broken | None:
    """What is wrong with entry `seq` by itself and as the one after entry `seq` - 1.

    Says nothing of the entries before: that takes the whole chain.
    """
    *before, link = _links(Entry.objects.filter(seq__in=(seq - 1, seq)).order_by("seq"))
    return fault(link, expected_seq=seq, head=before[0].hash if before else GENESIS)


def _links(entries: QuerySet[Entry]) -> Iterator[Link]:
    rows = entries.annotate(at_stored=Cast("at", TextField())).values_list(
        "seq", "at_stored", "actor", "verb", "subject", "payload", "previous", "hash"
    )
    for seq, at, actor, verb, subject, payload, previous, digest in rows.iterator(chunk_size=2000):
        yield Link(
            seq=seq,
            at=_time(at),
            actor=actor,
            verb=verb,
            subject=subject,
            payload=payload,
            previous=previous,
            hash=digest,
        )


def _time(stored: str) -> datetime | None:
    """SQLite keeps UTC without a zone; PostgreSQL writes the zone of the session."""
    try:
        at = datetime.fromisoformat(stored)
    except (TypeError, ValueError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
