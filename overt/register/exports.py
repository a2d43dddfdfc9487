"""Notices and records for machines: both in one Atom feed, notices as JSON.

JSON has the shape `overt/notices/1`:

    {format, force, count, page, pages, next: address or null,
     notices: [{reference, number, kind, event, published_at, starts_at, ends_at,
                place: {name, borough}, text, lead_hours or null, exception, digest,
                page: address, document: address}, …]}

Notices come latest first, so that a new one moves the others on by one. `document` is the notice
as it was published (`overt/notice/1`), whose sha256 is `digest`. Times are UTC. A field may be
added; none of these changes its meaning under this name.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from overt.deployments.notices import wording
from overt.deployments.notices.document import stamp
from overt.deployments.notices.shown import Shown
from overt.recognition.account.record import figures_of

from .selectors.records import Published

FORMAT = "overt/notices/1"
_KINDS = {
    "announced": "Announced",
    "changed": "Changed",
    "cancelled": "Cancelled",
    "not_held": "Not held",
    "stopped": "Stopped",
}


def entry_id(digest: str, kind: str = "notice") -> str:
    """The same for good, wherever the register moves to."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"overt:{kind}:{digest}").urn


def feed_id(ledger: str) -> str:
    """Of the feed of the register whose ledger has this name."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"overt:register:{ledger}").urn


@dataclass(frozen=True)
class Entry:
    """One entry of the feed. `link` is the page that has it; `paragraphs` are plain text."""

    id: str
    title: str
    link: str
    paragraphs: tuple[str, ...]
    borough: str
    published_at: datetime


def entry_of_notice(notice: Shown, *, link: str) -> Entry:
    """Of a notice that is published."""
    if notice.published_at is None:
        raise ValueError(f"Notice {notice.number} of {notice.reference} is not published")
    return Entry(
        id=entry_id(notice.digest),
        title=f"{_KINDS[notice.event]}: {notice.title}",
        link=link,
        paragraphs=tuple(notice.paragraphs),
        borough=notice.borough,
        published_at=notice.published_at,
    )


def entry_of_record(published: Published, *, link: str) -> Entry:
    """Of a version of a record: what came of the deployment, in figures."""
    place, starts_at = published.document["place"], published.times["starts_at"]
    if starts_at is None:
        raise ValueError(f"The record of {published.reference} has no start")
    figures = figures_of(published.document)
    corrected = (f"Corrected: {published.reason}",) if published.reason else ()
    return Entry(
        id=entry_id(published.digest, "record"),
        title=f"{'Record corrected' if corrected else 'Record'}: "
        f"{wording.title(place['name'], starts_at)}",
        link=link,
        paragraphs=(
            *corrected,
            f"Faces seen (estimate): {figures.faces_seen:,}. Alerts: {figures.alerts:,}, of which "
            f"{figures.false_confirmed + figures.false_unconfirmed:,} false. "
            f"Arrests: {figures.arrests:,}.",
        ),
        borough=place["borough"],
        published_at=published.published_at,
    )


class _Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        # Django takes the time of day for an empty feed, which would be another feed each time.
        return super().latest_post_date() if self.items else datetime(1970, 1, 1, tzinfo=UTC)


def atom(entries: Iterable[Entry], *, force: str, ledger: str, home: str, address: str) -> str:
    """The feed. `home` and `address`: of the register and of this feed."""
    feed = _Feed(
        title=f"{force}: live facial recognition",
        link=home,
        description="Every announcement, change, cancellation and record, as it is published.",
        language="en-gb",
        author_name=force,
        feed_url=address,
        feed_guid=feed_id(ledger),
    )
    for entry in entries:
        feed.add_item(
            title=entry.title,
            link=entry.link,
            description="".join(f"<p>{escape(text)}</p>" for text in entry.paragraphs),
            unique_id=entry.id,
            pubdate=entry.published_at,
            updateddate=entry.published_at,
            categories=[entry.borough] if entry.borough else [],
        )
    return feed.writeString("utf-8")


def page_of_notices(
    notices: Iterable[Shown],
    *,
    force: str,
    count: int,
    page: int,
    pages: int,
    following: str | None,
    page_of: Callable[[Shown], str],
    document_of: Callable[[Shown], str],
) -> dict[str, Any]:
    """One page of the JSON."""
    return {
        "format": FORMAT,
        "force": force,
        "count": count,
        "page": page,
        "pages": pages,
        "next": following,
        "notices": [
            {
                "reference": notice.reference,
                "number": notice.number,
                "kind": notice.kind,
                "event": notice.event,
                "published_at": stamp(notice.published_at) if notice.published_at else None,
                "starts_at": stamp(notice.starts_at),
                "ends_at": stamp(notice.ends_at),
                "place": {"name": notice.place, "borough": notice.borough},
                "text": "\n\n".join(notice.paragraphs),
                "lead_hours": None if notice.is_cancellation else notice.lead_hours,
                "exception": notice.exception,
                "digest": notice.digest,
                "page": page_of(notice),
                "document": document_of(notice),
            }
            for notice in notices
        ],
    }
