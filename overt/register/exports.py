"""The notices for machines: Atom and JSON.

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
from datetime import UTC, datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from overt.deployments.notices.document import stamp
from overt.deployments.notices.shown import Shown

FORMAT = "overt/notices/1"
_KINDS = {
    "announced": "Announced",
    "changed": "Changed",
    "cancelled": "Cancelled",
    "not_held": "Not held",
    "stopped": "Stopped",
}


def entry_id(digest: str) -> str:
    """The same for good, wherever the register moves to."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"overt:notice:{digest}").urn


def feed_id(ledger: str) -> str:
    """Of the feed of the register whose ledger has this name."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"overt:register:{ledger}").urn


class _Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        # Django takes the time of day for an empty feed, which would be another feed each time.
        return super().latest_post_date() if self.items else datetime(1970, 1, 1, tzinfo=UTC)


def atom(
    notices: Iterable[Shown],
    *,
    force: str,
    ledger: str,
    home: str,
    address: str,
    page_of: Callable[[Shown], str],
) -> str:
    """One entry for each notice. `home` and `address`: of the register and of this feed."""
    feed = _Feed(
        title=f"{force}: notices of live facial recognition",
        link=home,
        description="Every announcement, change and cancellation, as it is published.",
        language="en-gb",
        author_name=force,
        feed_url=address,
        feed_guid=feed_id(ledger),
    )
    for notice in notices:
        feed.add_item(
            title=f"{_KINDS[notice.event]}: {notice.title}",
            link=page_of(notice),
            description="".join(f"<p>{escape(text)}</p>" for text in notice.paragraphs),
            unique_id=entry_id(notice.digest),
            pubdate=notice.published_at,
            updateddate=notice.published_at,
            categories=[notice.borough] if notice.borough else [],
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
