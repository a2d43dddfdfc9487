"""Keeps the exact profile that something was decided under."""

from datetime import datetime

from .document import Profile
from .models import PinnedProfile


def pin(*, profile: Profile, now: datetime) -> PinnedProfile:
    """Keep `profile` for good and return what is kept; pinning it again changes nothing.

    It writes no ledger entry: the decision that pins a profile does, with the digest.
    """
    pinned, _ = PinnedProfile.objects.get_or_create(
        digest=profile.digest,
        defaults={"name": profile.name, "document": profile.document, "pinned_at": now},
    )
    return pinned
