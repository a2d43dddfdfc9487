"""A deployment: its state, its draft, and what the calendar needs of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from overt.deployments import states
from overt.hotspots.models import Area

from .bookings import System, Team


class ReferenceYear(models.Model):
    """The last number given in a year. Its row is locked while the next one is given."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Deployment(models.Model):
    """`draft` holds the tasks of the application as they stand; a `Version` freezes them.

    The columns from `title` to `takedown_at` repeat what the draft says, for lists and the
    calendar. Triggers hold the state to its table and to a live authority (`triggers.py`).
    """

    reference = models.CharField(max_length=20, unique=True, help_text="As LFR-2026-0007.")
    state = models.CharField(
        max_length=10, choices=tuple(states.LABELS.items()), default=states.DRAFT
    )
    state_at = models.DateTimeField(help_text="When the state was last changed.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    policy_name = models.CharField(max_length=80)
    policy_digest = models.CharField(max_length=64)
    draft = models.JSONField(default=dict, help_text="Task name to what it says.")
    revision = models.PositiveIntegerField(default=0, help_text="Counts the saves of the draft.")
    current_version = models.OneToOneField(
        "Version", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    title = models.CharField(max_length=120)
    use_case = models.CharField(max_length=60, blank=True)
    borough = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    system = models.ForeignKey(
        System, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    setup_at = models.DateTimeField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    takedown_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=tuple(states.LABELS)), name="deployment_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=(states.DRAFT, states.CANCELLED))
                | Q(current_version__isnull=False),
                name="deployment_has_a_version",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(starts_at__lt=F("ends_at")),
                name="deployment_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=states.HOLDING)
                | Q(
                    setup_at__isnull=False,
                    starts_at__isnull=False,
                    ends_at__isnull=False,
                    takedown_at__isnull=False,
                ),
                name="deployment_is_timed",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "starts_at"], name="deployment_state_start"),
            models.Index(fields=["starts_at"], name="deployment_start"),
            models.Index(fields=["borough", "starts_at"], name="deployment_borough_start"),
            # A search reads this alone, and not the long drafts between the columns of a row.
            models.Index(fields=["title", "reference"], name="deployment_words"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def subject(self) -> str:
        """What the ledger calls it."""
        return f"deployment:{self.reference}"

    @property
    def is_draft(self) -> bool:
        return self.state == states.DRAFT


class DraftEditor(models.Model):
    """Who changed the draft since the last version: they will be authors of the next one."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="editors")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deployment", "person"], name="draft_editor_once"),
        ]

    def __str__(self) -> str:
        return f"{self.deployment} {self.person}"
