"""The lists of sessions, and of what a system was answered; each page in the same few queries."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from overt.recognition import states
from overt.recognition.models import PermitDecision, Session

SESSIONS_SHOWN = 25
ANSWERS_SHOWN = 50


@dataclass(frozen=True)
class Listed:
    """`running` are those that a worker looks after, the earliest first, and at most
    SESSIONS_SHOWN; `more` says that there are others. `page` has the rest, the latest first; where
    a state is asked for, all of that state."""

    running: tuple[Session, ...]
    more: bool
    page: Page[Session]


def sessions() -> QuerySet[Session]:
    """Every session with what pages show of it; without the long texts."""
    return Session.objects.select_related(
        "deployment", "deployment__borough", "version", "system"
    ).defer("deployment__draft", "deployment__borough__boundary")


def listed(*, state: str, number: str | None) -> Listed:
    """A `state` that is none is as if it were not given."""
    found = sessions().defer("version__document")
    if state in states.LABELS:
        return Listed((), False, _page(found.filter(state=state), number))
    under_way = found.filter(state__in=states.WORKED).order_by("starts_at", "pk")
    running = tuple(under_way[: SESSIONS_SHOWN + 1])
    return Listed(
        running[:SESSIONS_SHOWN],
        len(running) > SESSIONS_SHOWN,
        _page(found.exclude(state__in=states.WORKED), number),
    )


def answers(session: Session, *, refused: bool, number: str | None) -> Page[PermitDecision]:
    """Every answer to a request for a permit, or the refusals alone; the latest first."""
    found = PermitDecision.objects.filter(session=session).defer("gates").order_by("-pk")
    if refused:
        found = found.exclude(refusal="")
    return Paginator(found, ANSWERS_SHOWN).get_page(number)


def _page(found: QuerySet[Session], number: str | None) -> Page[Session]:
    return Paginator(found.order_by("-starts_at", "-pk"), SESSIONS_SHOWN).get_page(number)
