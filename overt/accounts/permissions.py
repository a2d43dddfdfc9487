"""From a rule's decision to an answer: services and views stop here when it is no."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from overt.decisions import Decision

from .actors import Actor
from .models import User

_ACTOR = "overt_actor"


class NotAllowed(PermissionDenied):
    """A rule said no. Its text is the decision's reason; a page answers 403 with it."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.reason)
        self.decision = decision


def require(decision: Decision) -> None:
    """Go on where `decision` allows it. Raises NotAllowed."""
    if not decision.allowed:
        raise NotAllowed(decision)


def account_of(request: HttpRequest) -> User:
    """The account that sent `request`. Raises PermissionDenied where there is none."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def actor_of(request: HttpRequest) -> Actor:
    """Who sent `request`; without an account, someone who holds no role.

    The roles are read once in a request, however many rules ask for them.
    """
    if isinstance(request.user, AnonymousUser):
        return Actor(label="anonymous")
    known: Actor | None = getattr(request, _ACTOR, None)
    if known is None or known.user_id != request.user.pk:
        known = Actor.of_user(request.user)
        setattr(request, _ACTOR, known)
    return known
