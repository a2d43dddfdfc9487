"""From a rule's decision to an answer: services and views stop here when it is no."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from overt.decisions import Decision

from .actors import Actor


class NotAllowed(PermissionDenied):
    """A rule said no. Its text is the decision's reason; a page answers 403 with it."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.reason)
        self.decision = decision


def require(decision: Decision) -> None:
    """Go on where `decision` allows it. Raises NotAllowed."""
    if not decision.allowed:
        raise NotAllowed(decision)


def actor_of(request: HttpRequest) -> Actor:
    """Who sent `request`; without an account, someone who holds no role."""
    if isinstance(request.user, AnonymousUser):
        return Actor(label="anonymous")
    return Actor.of_user(request.user)
