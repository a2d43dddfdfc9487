"""One append-only, hash-chained table for every decision of every app, and its checkpoints."""

from django.db import models

from . import verbs


class Entry(models.Model):
    """Entry `seq`. Triggers refuse UPDATE and DELETE on both databases.

    `hash` = sha256 over the RFC 8785 form of {seq, at, actor, verb, subject, payload, previous}.
    """

    seq = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    verb = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    payload = models.TextField(help_text="Canonical JSON (RFC 8785).")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["seq"]
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["subject"], name="ledger_entry_subject"),
            models.Index(fields=["verb"], name="ledger_entry_verb"),
            models.Index(
                fields=["actor", "at"],
                condition=models.Q(verb="page.read"),
                name="ledger_entry_reads",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="ledger_seq_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb} {self.subject}"

    @property
    def label(self) -> str:
        """The verb in words."""
        return verbs.label(self.verb)


class Checkpoint(models.Model):
    """What the ledger was when it had `size` entries, signed. Append-only, as the entries are.

    `note` is the signed text, to which every other column only points; `subtrees` are what the
    next checkpoint's root is computed from (`merkle.Range`).
    """

    size = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    head = models.CharField(max_length=64)
    root = models.CharField(max_length=64)
    key = models.CharField(max_length=200, help_text="Name and id, as localhost/ledger+1a2b3c4d.")
    note = models.TextField()
    subtrees = models.TextField()

    class Meta:
        ordering = ["size"]
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gte=1), name="checkpoint_of_entries"),
        ]

    def __str__(self) -> str:
        return f"{self.size} {self.root}"
