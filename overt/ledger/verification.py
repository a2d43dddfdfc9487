"""Is the ledger as it was written, and as every checkpoint says?

Rules
1. The chain holds from the first entry to the last (`chain`).
2. A checkpoint is signed with the key that was in force at its size, and says the head and the
   Merkle root that the ledger has at that size.
3. Each stored checkpoint has the one entry that says it was signed, and the other way round.
4. With pinned keys, from the first checkpoint that one of them signed on, each has to be signed
   by a pinned key or by one that such a checkpoint covers the taking up of.
5. A checkpoint that is given is trusted as far as its signature with a pinned key reaches; without
   pinned keys, with any that the ledger names.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import get_context

from django.db import connection

from . import chain, merkle, notes, selectors
from .checkpoints import TreeHead
from .models import Checkpoint, Entry
from .notes import VerifierKey
from .selectors import NamedKey

# A power of two, so that each part is one whole subtree of the Merkle tree.
PART = 1 << 16


class NotIntact(Exception):
    """The first thing that is wrong, in one sentence."""


@dataclass(frozen=True)
class Given:
    """The text of a checkpoint that was kept elsewhere, and what to call it."""

    name: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """All is as it should be. `checkpoints` counts the stored ones, `given` the others."""

    count: int
    head: str
    checkpoints: int
    given: int


@dataclass(frozen=True)
class _Part:
    """What one part of the entries gives: up to its end, and at each size that was asked for."""

    broken: chain.Broken | None
    head: str
    tree: merkle.Range
    at: dict[int, tuple[str, merkle.Range]]


def verify(
    *,
    given: Sequence[Given] = (),
    pinned: Sequence[VerifierKey] = (),
    watch: Callable[[int, int], None] = lambda done, total: None,
) -> Verdict:
    """Read every entry and checkpoint. `watch` is told how many entries of how many are done.

    Several processes share a long ledger, outside of transactions. Raises NotIntact.
    """
    named = selectors.named_keys()
    heads = [(each.name, _given_head(each, pinned or [key.key for key in named])) for each in given]
    # Read before the entries are counted: what is signed meanwhile is not held against the count.
    stored = list(Checkpoint.objects.order_by("size"))
    sizes = {checkpoint.size for checkpoint in stored} | {head.size for _, head in heads}
    count, head, found = _entries(sizes, watch)
    for name, wanted in heads:
        fault = _against(wanted, count, found)
        if fault is not None:
            raise NotIntact(f"{name}: {fault}")
    _stored(stored, named, count, found)
    if pinned:
        _trusted(stored, pinned, named)
    return Verdict(count, head, len(stored), len(given))


def stored_fault(checkpoint: Checkpoint, named: Iterable[NamedKey]) -> str | None:
    """What is wrong with a stored checkpoint by itself: its signature, its text, its columns."""
    before = [key for key in named if key.seq <= checkpoint.size]
    if not before:
        return "the ledger names no key that could have signed it"
    key = before[-1].key
    try:
        note = notes.parse(checkpoint.note)
        notes.signers(note, [key])
        said = TreeHead.of_text(note.text)
    except notes.UnknownSigner:
        return f"it is not signed with {key.name}+{key.id}, the key in force"
    except notes.NoteError as error:
        return _lowered(str(error))
    columns = TreeHead(key.name, checkpoint.size, checkpoint.root, checkpoint.head)
    if said != columns or checkpoint.key != f"{key.name}+{key.id}":
        return "it was replaced: what is kept beside its text is not what the text says"
    return None


def _given_head(given: Given, keys: Sequence[VerifierKey]) -> TreeHead:
    try:
        note = notes.parse(given.text)
        head = TreeHead.of_text(note.text)
        if not keys:
            raise NotIntact(
                f"{given.name}: the ledger names no key to hold it against; give the public key "
                "with --key."
            )
        names = {key.name for key in keys}
        if head.origin not in names:
            raise NotIntact(
                f"{given.name}: it is a checkpoint of another ledger: of {head.origin}, not of "
                f"{', '.join(sorted(names))}."
            )
        notes.signers(note, keys)
    except notes.NoteError as error:
        raise NotIntact(f"{given.name}: {_lowered(str(error))}") from error
    return head


def _against(
    wanted: TreeHead, count: int, found: dict[int, tuple[str, merkle.Range]]
) -> str | None:
    if wanted.size > count:
        return (
            f"it covers {wanted.size} entries, and the ledger has {count}: entries were cut off "
            "at the end."
        )
    if wanted.size == 0:
        head, tree = chain.GENESIS, merkle.Range()
    else:
        head, tree = found[wanted.size]
    if tree.root().hex() == wanted.root and wanted.head in ("", head):
        return None
    return (
        f"the first {wanted.size} entries are not those that it covers: the ledger was rewritten."
    )


def _stored(
    stored: Sequence[Checkpoint],
    named: Sequence[NamedKey],
    count: int,
    found: dict[int, tuple[str, merkle.Range]],
) -> None:
    said = selectors.checkpoints_said()
    signed = {(size, digest) for _, size, digest in said}
    of_size = {size: seq for seq, size, _ in said}
    kept = {checkpoint.size for checkpoint in stored}
    held = 0
    for checkpoint in stored:
        name = f"checkpoint {checkpoint.size}"
        columns = TreeHead("", checkpoint.size, checkpoint.root, checkpoint.head)
        fault = stored_fault(checkpoint, named)
        if fault is not None:
            raise NotIntact(f"{name}: {fault}.")
        fault = _against(columns, count, found)
        if fault is not None:
            between = f" The last checkpoint that holds is {held}." if held else ""
            raise NotIntact(f"{name}: {fault}{between}")
        digest = sha256(checkpoint.note.encode()).hexdigest()
        if (checkpoint.size, digest) not in signed:
            seq = of_size.get(checkpoint.size)
            raise NotIntact(
                f"{name}: it was replaced: entry {seq} says that another text was signed."
                if seq
                else f"{name}: no entry says that it was signed: entries after it were cut off, or "
                "it was put there."
            )
        held = checkpoint.size
    for size, seq in sorted(of_size.items()):
        # What was signed after the stored ones were read is not missing.
        if size not in kept and not Checkpoint.objects.filter(size=size).exists():
            raise NotIntact(f"checkpoint {size}: it was deleted: entry {seq} says it was signed.")


def _trusted(
    stored: Sequence[Checkpoint], pinned: Sequence[VerifierKey], named: Sequence[NamedKey]
) -> None:
    trusted: list[VerifierKey] = []
    for checkpoint in stored:
        try:
            signers = notes.signers(notes.parse(checkpoint.note), trusted or pinned)
        except notes.UnknownSigner:
            if trusted:
                raise NotIntact(
                    f"checkpoint {checkpoint.size}: it is signed with a key that the pinned one "
                    "does not vouch for."
                ) from None
            continue
        except notes.NoteError as error:
            raise NotIntact(f"checkpoint {checkpoint.size}: {_lowered(str(error))}") from error
        covered = [key.key for key in named if key.seq <= checkpoint.size]
        trusted = [*pinned, *signers, *(key for key in covered if key not in pinned)]
    if stored and not trusted:
        raise NotIntact(
            "the stored checkpoints: none is signed with the pinned key: another key was put in "
            "its place."
        )


def _entries(
    sizes: set[int], watch: Callable[[int, int], None]
) -> tuple[int, str, dict[int, tuple[str, merkle.Range]]]:
    """The number of entries, the head, and (head, tree) at each of `sizes` that there is."""
    count = Entry.objects.count()
    tasks = [
        (
            first,
            min(first + PART - 1, count),
            frozenset(s for s in sizes if first <= s < first + PART),
        )
        for first in range(1, count + 1, PART)
    ]
    tree, head = merkle.Range(), chain.GENESIS
    found: dict[int, tuple[str, merkle.Range]] = {}
    for part in _parts(tasks):
        if part.broken is not None:
            raise NotIntact(f"entry {part.broken.seq}: {part.broken.reason}.")
        found |= {size: (mark, tree.extend([own])) for size, (mark, own) in part.at.items()}
        tree, head = tree.extend([part.tree]), part.head
        watch(tree.size, count)
    return count, head, found


_Task = tuple[int, int, frozenset[int]]


def _parts(tasks: Sequence[_Task]) -> Iterator[_Part]:
    processes = min(len(os.sched_getaffinity(0)), len(tasks))
    if len(tasks) <= 2 or processes == 1 or connection.in_atomic_block:
        yield from map(_part, tasks)
        return
    # A child must not speak through its parent's connection: each opens its own.
    connection.close()
    # Workers that end when they are told to: multiprocessing's own pool ends them by a signal, of
    # which a process that has a handler for it takes no notice while it waits for the next task.
    pool = ProcessPoolExecutor(processes, mp_context=get_context("fork"))
    try:
        yield from pool.map(_part, tasks)
    finally:
        pool.shutdown(cancel_futures=True)


def _part(task: _Task) -> _Part:
    first, last, sizes = task
    # The part before is held against the hash that is read here.
    head = selectors.hash_of(first - 1) if first > 1 else chain.GENESIS
    tree, at = merkle.Range(), {}
    hashes: list[str] = []
    expected = first
    for link in selectors.links(after=first - 1, until=last):
        broken = chain.fault(link, expected_seq=expected, head=head or "")
        if broken is not None:
            return _Part(broken, "", tree, {})
        head = link.hash
        hashes.append(head)
        if expected in sizes:
            tree.append_all(hashes)
            hashes.clear()
            at[expected] = (head, merkle.Range(tree.size, list(tree.peaks)))
        expected += 1
    if expected <= last:
        following = next(selectors.links(after=last, limit=1), None) or next(selectors.links())
        broken = chain.fault(following, expected_seq=expected, head=head or "")
        return _Part(broken, "", tree, {})
    tree.append_all(hashes)
    return _Part(None, head or "", tree, at)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
