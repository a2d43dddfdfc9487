"""Calendar feeds: an address with a secret in it, for one person's calendar program."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class CalendarFeed(models.Model):
    """`token_sha256` is over the secret in the address, which is kept nowhere. A person has one
    feed at a time; one that was revoked stays, and never works again."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(revoked_at__isnull=True), name="feed_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"feed {self.pk} of {self.person}"
