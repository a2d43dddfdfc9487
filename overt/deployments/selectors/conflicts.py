"""Who else holds a system, a person or a place at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from overt.accounts.models import User
from overt.deployments.models import Booking, BookingKind, Deployment, System
from overt.deployments.zones_in_sqlite import zones_meet


@dataclass(frozen=True)
class Conflict:
    """`other` holds `subject`, named `name` for people."""

    other: Deployment
    kind: str
    subject: str
    name: str

    @property
    def sentence(self) -> str:
        start, end = (
            f"{timezone.localtime(at):%-d %b %Y %H:%M %Z}"
            for at in (self.other.setup_at, self.other.takedown_at)
            if at is not None
        )
        what = "The zone overlaps that" if self.kind == "zone" else f"{self.name} is taken by that"
        return f"{what} of {self.other.reference}, {start} to {end}."


def conflicts(wanted: Sequence[Booking], *, besides: Deployment) -> list[Conflict]:
    """Bookings of other deployments that stand in the way of `wanted` (unsaved rows of one
    deployment, all for the same time)."""
    if not wanted:
        return []
    first = wanted[0]
    at_that_time = (
        Booking.objects.filter(starts_at__lt=first.ends_at, ends_at__gt=first.starts_at)
        .exclude(deployment=besides)
        .select_related("deployment")
        .order_by("deployment__reference", "kind", "subject")
    )
    zones = [booking.zone for booking in wanted if booking.kind == BookingKind.ZONE]
    subjects = {booking.subject for booking in wanted if booking.kind != BookingKind.ZONE}
    return [
        Conflict(other.deployment, other.kind, other.subject, _name(other))
        for other in at_that_time
        if other.subject in subjects
        or (other.kind == BookingKind.ZONE and any(zones_meet(z, other.zone) for z in zones))
    ]


def _name(booking: Booking) -> str:
    if booking.kind == BookingKind.ZONE:
        return "The zone"
    pk = int(booking.subject.split(":")[1])
    if booking.kind == BookingKind.SYSTEM:
        return System.objects.get(pk=pk).name
    return User.objects.get(pk=pk).shown_name
