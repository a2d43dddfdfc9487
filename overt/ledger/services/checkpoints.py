"""Sign what the ledger is: at an interval, and with every publication."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from overt.ledger import chain, merkle, notes, selectors, verification, vocabulary
from overt.ledger.checkpoints import TreeHead
from overt.ledger.errors import CheckpointRefused
from overt.ledger.models import Checkpoint
from overt.ledger.notes import SigningKey

from .entries import append, hold_the_end
from .keys import signing_key


@transaction.atomic
def make_checkpoint(*, actor: str, now: datetime) -> Checkpoint | None:
    """Sign every entry up to now; None where nothing came after the last checkpoint.

    `actor` is a label. The cost is that of the entries since the last checkpoint. The entry that
    says a checkpoint was signed comes after it, and by itself is nothing new.

    Raises KeyMissing and CheckpointRefused.
    """
    hold_the_end()
    if not selectors.anything_new():
        return None
    key = signing_key(actor=actor, now=now)
    return sign_checkpoint([key], actor=actor, now=now)


def checkpoint_after_publication(*, actor: str, now: datetime) -> None:
    """Sign a checkpoint once the caller's transaction is committed.

    A publication stands whether or not it could be signed: what hinders the signing is logged,
    and the next checkpoint covers the publication too.
    """
    transaction.on_commit(lambda: make_checkpoint(actor=actor, now=now), robust=True)


def sign_checkpoint(signers: Sequence[SigningKey], *, actor: str, now: datetime) -> Checkpoint:
    """Sign with each of `signers`, the first of them in force; the caller holds the end."""
    last = Checkpoint.objects.order_by("-size").first()
    tree, head = _up_to(last)
    for link in selectors.links(after=tree.size):
        broken = chain.fault(link, expected_seq=tree.size + 1, head=head)
        if broken is not None:
            raise CheckpointRefused(
                f"The ledger is not intact, so nothing was signed: entry {broken.seq}: "
                f"{broken.reason}."
            )
        tree.append(link.hash)
        head = link.hash
    statement = TreeHead(signers[0].name, tree.size, tree.root().hex(), head)
    key = f"{signers[0].name}+{signers[0].verifier.id}"
    made = Checkpoint.objects.create(
        size=tree.size,
        at=now,
        head=head,
        root=statement.root,
        key=key,
        note=notes.sign(statement.text(), signers),
        subtrees=tree.text(),
    )
    append(
        actor=actor,
        verb=vocabulary.CHECKPOINTED.name,
        subject=f"checkpoint:{made.size}",
        payload={
            "size": made.size,
            "head": made.head,
            "root": made.root,
            "note": sha256(made.note.encode()).hexdigest(),
            "key": key,
        },
        now=now,
    )
    return made


def _up_to(last: Checkpoint | None) -> tuple[merkle.Range, str]:
    """The tree that `last` signed, and its head. Raises CheckpointRefused where it is not so."""
    if last is None:
        return merkle.Range(), chain.GENESIS
    fault = verification.stored_fault(last, selectors.named_keys())
    if fault is not None:
        fault = f"checkpoint {last.size}: {fault}"
    try:
        tree = merkle.Range.of_text(last.size, last.subtrees)
    except ValueError:
        tree = merkle.Range()
    if fault is None and tree.root().hex() != last.root:
        fault = f"checkpoint {last.size} was replaced: its subtrees do not give its root"
    if fault is None and selectors.hash_of(last.size) != last.head:
        fault = f"entry {last.size} is not the one that checkpoint {last.size} says"
    if fault is not None:
        raise CheckpointRefused(f"The ledger is not intact, so nothing was signed: {fault}.")
    return tree, last.head
