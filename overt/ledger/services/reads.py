"""Reads of sensitive pages."""

from datetime import UTC, datetime

from django.db import transaction

from overt.ledger import chain, vocabulary
from overt.ledger.models import Entry

from .entries import append, hold_the_end


def record_read(*, actor: str, page: str, subject: str, now: datetime) -> Entry | None:
    """Note that `actor` (a label) opened `page` (the name of its address) about `subject`.

    One entry stands for every time the same page about the same subject is opened by the same
    actor within one hour of the clock (UTC); returns None where there is one already. The hours
    are the clock's so that the question is answered by an index over the reads of one actor.

    Raises as `append` does.
    """
    content = {"page": page}
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    same = Entry.objects.filter(
        actor=actor,
        verb="page.read",
        at__gte=hour,
        subject=subject,
        payload=chain.canonical(content),
    )
    if same.exists():
        return None
    with transaction.atomic():
        hold_the_end()
        if same.exists():
            return None
        return append(
            actor=actor,
            verb=vocabulary.PAGE_READ.name,
            subject=subject,
            payload=content,
            now=now,
        )
