"""What is read from the ledger."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from . import verbs
from .chain import GENESIS, Broken, Link, fault, time_text
from .models import Checkpoint, Entry
from .notes import NoteError, VerifierKey
from .timeline import Step
from .vocabulary import CHECKPOINTED, KEY_ADDED, KEY_REPLACED, PAGE_READ


@dataclass(frozen=True)
class NamedKey:
    """A public key that entry `seq` put in force."""

    seq: int
    key: VerifierKey


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


def timeline(subject: str, *, reads: bool = False, without: Collection[str] = ()) -> list[Step]:
    """What happened to `subject`, oldest first; who read it only with `reads`.

    `without`: the names of verbs that are left out.
    """
    chosen = Entry.objects.filter(subject=subject).exclude(verb__in=without).order_by("seq")
    if not reads:
        chosen = chosen.exclude(verb=PAGE_READ.name)
    return [
        Step.of(
            seq=entry.seq,
            at=entry.at,
            actor=entry.actor,
            label=entry.label,
            payload=entry.payload,
        )
        for entry in chosen
    ]


def named_keys() -> list[NamedKey]:
    """The keys that the ledger names, in the order in which they came into force.

    An entry that names none any more was tampered with, which is for `verify` to say.
    """
    found = []
    # Without a LIMIT, so that both databases read this by the index over verbs.
    for seq, payload in _said(KEY_ADDED.name, KEY_REPLACED.name):
        try:
            found.append(NamedKey(seq, VerifierKey.of_text(str(payload.get("key")))))
        except NoteError:
            continue
    return found


def key_in_force() -> VerifierKey | None:
    """The key that checkpoints are signed with now."""
    named = named_keys()
    return named[-1].key if named else None


def checkpoints_said() -> list[tuple[int, int, str]]:
    """Each entry that says a checkpoint was signed: its number, the size, the note's digest."""
    found = []
    for seq, payload in _said(CHECKPOINTED.name):
        size, digest = payload.get("size"), payload.get("note")
        if isinstance(size, int) and isinstance(digest, str):
            found.append((seq, size, digest))
    return found


def anything_new() -> bool:
    """Whether there is an entry after the last checkpoint, besides the one that says it."""
    last = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    newer = Entry.objects.filter(seq__gt=last).order_by("seq").values_list("verb", flat=True)[:2]
    return list(newer) not in ([], [CHECKPOINTED.name])


def hash_of(seq: int) -> str | None:
    """The hash that entry `seq` bears; None where there is no such entry."""
    return Entry.objects.filter(seq=seq).values_list("hash", flat=True).first()


def links(*, after: int = 0, until: int | None = None, limit: int | None = None) -> Iterator[Link]:
    """Entries after number `after` in rising order, streamed, as `chain.verify` reads them.

    Times are read as the text that is stored, so that a time that is none does not stop the
    reading.
    """
    chosen = Entry.objects.order_by("seq")
    if after:
        chosen = chosen.filter(seq__gt=after)
    if until is not None:
        chosen = chosen.filter(seq__lte=until)
    return _links(chosen[:limit])


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
        yield Link(seq, _time(at), actor, verb, subject, payload, previous, digest)


def _said(*names: str) -> list[tuple[int, dict[str, object]]]:
    rows = Entry.objects.filter(verb__in=names).order_by("seq").values_list("seq", "payload")
    found = []
    for seq, payload in rows:
        try:
            content = json.loads(payload)
        except (TypeError, ValueError):
            continue
        if isinstance(content, dict):
            found.append((seq, content))
    return found


def _time(stored: str) -> str | None:
    """As the chain has it. SQLite keeps UTC without a zone; PostgreSQL writes the zone of the
    session."""
    try:
        at = datetime.fromisoformat(stored)
        zone = "" if at.tzinfo is None else "+00"
        # As nearly all are written: 2026-11-23 06:42:45.000001, and the zone.
        if (
            stored[0] != "0"
            and stored[4:20:3] == "-- ::."
            and stored[26:] == zone
            and len(stored) == 26 + len(zone)
        ):
            return f"{stored[:10]}T{stored[11:26]}Z"
        return time_text(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (TypeError, ValueError, OverflowError):
        return None
