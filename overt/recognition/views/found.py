"""What every page of a session starts with."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone

from overt.accounts.permissions import actor_of
from overt.ledger import services as ledger
from overt.recognition.models import Session
from overt.recognition.selectors import lists


def found(session_id: UUID) -> Session:
    """Raises Http404. Asked only after who may ask."""
    session = lists.sessions().filter(pk=session_id).first()
    if session is None:
        raise Http404(f"There is no session {session_id}.")
    return session


def keep_read(request: HttpRequest, session: Session, page: str) -> None:
    """What happened at an alert is for those who work with it: the ledger keeps who opened a page
    of a session. A page that asks again by itself is one reading."""
    ledger.record_read(
        actor=actor_of(request).label, page=page, subject=session.subject, now=timezone.now()
    )
