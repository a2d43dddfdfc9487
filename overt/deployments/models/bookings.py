"""Systems, teams, and who and what is taken when."""

from django.db import models
from django.db.models import F, Q


class System(models.Model):
    """The force's own accredited recognition system, as Overt knows it: by name."""

    name = models.CharField(max_length=80, unique=True)
    description = models.CharField(max_length=200, blank=True, help_text="As: van, two cameras.")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A team that goes out together."""

    name = models.CharField(max_length=80, unique=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class BookingKind(models.TextChoices):
    SYSTEM = "system", "System"
    PERSON = "person", "Person"
    ZONE = "zone", "Zone of recognition"


class Booking(models.Model):
    """What one deployment takes, from set-up to take-down.

    `subject` is `system:3`, `person:12` or `zone`; `zone` is a ring in BNG centimetres as
    PostgreSQL spells a polygon. Exclusion constraints (PostgreSQL) or triggers (SQLite) refuse a
    subject, or a place, that is taken at that time.
    """

    deployment = models.ForeignKey("Deployment", on_delete=models.PROTECT, related_name="bookings")
    kind = models.CharField(max_length=6, choices=BookingKind)
    subject = models.CharField(max_length=40)
    zone = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=BookingKind.values), name="booking_kind"),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="booking_starts_before_it_ends"
            ),
            models.CheckConstraint(
                condition=(Q(kind="zone") & ~Q(zone="")) | (~Q(kind="zone") & Q(zone="")),
                name="booking_zone_has_a_place",
            ),
            models.UniqueConstraint(fields=["deployment", "subject"], name="booking_once"),
        ]
        indexes = [models.Index(fields=["kind", "subject", "starts_at"], name="booking_when")]

    def __str__(self) -> str:
        return f"{self.deployment_id} {self.subject}"
