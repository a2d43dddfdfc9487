"""Policy profiles that something was decided under, kept for good."""

from django.db import models


class PinnedProfile(models.Model):
    """The exact profile that an analysis (later: an application, an authority) was held to.

    A profile is a file; files change. What was pinned is kept here as canonical JSON, so that
    an old record can be verified after the file has gone.
    """

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    document = models.TextField(help_text="Canonical JSON (RFC 8785); its sha256 is `digest`.")
    pinned_at = models.DateTimeField()

    class Meta:
        ordering = ["-pinned_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.digest[:12]})"
