"""A session: its state, its lease, and the last that was heard of the system."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q

from overt.deployments.models import Deployment, System, Version
from overt.recognition import states


class StopKind(models.TextChoices):
    END = "end", "The time ended"
    WITHDRAWN = "withdrawn", "The authority was withdrawn"
    PERSON = "person", "Someone stopped it"
    SYSTEM = "system", "The system stopped by itself"


class Session(models.Model):
    """One run of the force's own system under one authority.

    `fence` rises whenever another worker takes the session over: whoever holds an older number can
    change nothing more. `permits` is the sequence number of the last permit, `requests` the highest
    number of a request; both only rise. Triggers hold all that (`triggers.py`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="sessions")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="sessions")
    state = models.CharField(
        max_length=11, choices=tuple(states.LABELS.items()), default=states.SCHEDULED
    )
    state_at = models.DateTimeField(help_text="When the state was last changed.")
    opened_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    fence = models.PositiveBigIntegerField(default=0)
    holder = models.CharField(max_length=120, blank=True, help_text="The worker that has it.")
    lease_until = models.DateTimeField(null=True, blank=True)

    permits = models.PositiveIntegerField(default=0)
    requests = models.PositiveBigIntegerField(default=0)
    permit_at = models.DateTimeField(null=True, blank=True)
    permit_expires_at = models.DateTimeField(null=True, blank=True)
    live_since = models.DateTimeField(null=True, blank=True, help_text="Of the first permit.")

    heard_at = models.DateTimeField(null=True, blank=True)
    clock_offset_ms = models.IntegerField(null=True, blank=True)
    reported_state = models.CharField(max_length=8, blank=True)
    reported_threshold = models.CharField(max_length=8, blank=True)
    reported_manifest = models.CharField(max_length=64, blank=True)
    reported_faces = models.PositiveBigIntegerField(null=True, blank=True)
    reported_alerts = models.PositiveBigIntegerField(null=True, blank=True)

    stop_kind = models.CharField(max_length=9, choices=StopKind, blank=True)
    stop_reason = models.CharField(max_length=2000, blank=True)
    stop_at = models.DateTimeField(null=True, blank=True, help_text="When stopping began.")
    stopped_at = models.DateTimeField(
        null=True, blank=True, help_text="When the system stopped, by its own clock or a person's."
    )
    stopped_number = models.PositiveIntegerField(
        null=True, blank=True, help_text="The batch in which the system said so."
    )
    stop_confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_at", "-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=tuple(states.LABELS)), name="session_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="session_starts_before_it_ends"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=states.RAN) | Q(permits__gte=1, live_since__isnull=False),
                name="session_ran_by_permit",
            ),
            models.CheckConstraint(
                condition=Q(permits=0, permit_at__isnull=True, permit_expires_at__isnull=True)
                # A comparison with nothing is neither true nor false, and would pass.
                | Q(
                    permits__gte=1,
                    permit_at__isnull=False,
                    permit_expires_at__isnull=False,
                    permit_expires_at__gt=F("permit_at"),
                ),
                name="session_permit_is_timed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(states.STOPPING, states.UNCONFIRMED, *states.SETTLING))
                | (Q(stop_at__isnull=False) & ~Q(stop_kind="")),
                name="session_stop_has_a_cause",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=states.SETTLING)
                | Q(stopped_at__isnull=False, stop_confirmed_at__isnull=False),
                name="session_stop_is_confirmed",
            ),
            models.UniqueConstraint(
                fields=["deployment"],
                condition=~Q(state__in=states.CLOSED),
                name="session_one_open",
            ),
            # Two vans with one name would let one permit run both.
            models.UniqueConstraint(
                fields=["system"],
                condition=Q(
                    state__in=(states.ARMED, states.LIVE, states.STOPPING, states.UNCONFIRMED)
                ),
                name="session_one_of_a_system",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "lease_until"], name="session_to_work"),
            models.Index(fields=["system", "starts_at"], name="session_of_a_system"),
        ]

    def __str__(self) -> str:
        return f"{self.deployment} session {str(self.id)[:8]}"

    @property
    def subject(self) -> str:
        """What the ledger, and a permit, call it."""
        return f"session:{self.id}"

    @property
    def ever_live(self) -> bool:
        return self.permits > 0

    def permit_holds(self, at: datetime) -> bool:
        """Whether the last permit has not run out at `at`, by the clock of Overt."""
        return self.permit_expires_at is not None and at < self.permit_expires_at
