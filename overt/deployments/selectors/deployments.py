"""Deployments, their versions and the profile they are held to."""

from functools import lru_cache

from django.db.models import QuerySet

from overt.deployments.models import Deployment
from overt.policy import profiles
from overt.policy.document import Profile
from overt.policy.models import PinnedProfile


def deployments() -> QuerySet[Deployment]:
    """Every deployment with what a list shows; without the draft, which is long."""
    return Deployment.objects.select_related(
        "borough", "system", "team", "created_by", "current_version"
    ).defer("draft", "borough__boundary", "current_version__document")


def profile_of(deployment: Deployment) -> Profile:
    """The profile that `deployment` is held to, as it was pinned."""
    return pinned(deployment.policy_digest)


@lru_cache(maxsize=16)
def pinned(digest: str) -> Profile:
    """The profile with this digest, as a version's document names it."""
    # Safe to keep: a digest names one document for good.
    return profiles.from_document(PinnedProfile.objects.get(digest=digest).document)
