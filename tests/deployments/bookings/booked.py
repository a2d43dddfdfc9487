"""Short ways to a deployment and to bookings of it."""

from datetime import UTC, datetime, timedelta

from overt.deployments import states
from overt.deployments.models import Booking, BookingKind, Deployment
from overt.deployments.zones_in_sqlite import zone_text
from tests.deployments import making

T0 = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def deployment(number: int) -> Deployment:
    """A bare draft, timed, with a reference of its own."""
    return Deployment.objects.create(
        reference=f"LFR-2027-{number:04d}",
        state=states.DRAFT,
        state_at=making.NOW,
        created_by=making.account("pat"),
        created_at=making.NOW,
        policy_name="p",
        policy_digest="0" * 64,
        title="A market",
        setup_at=T0,
        starts_at=T0 + HOUR,
        ends_at=T0 + 3 * HOUR,
        takedown_at=T0 + 4 * HOUR,
    )


def booking(
    of: Deployment, subject: str = "system:1", *, start: datetime = T0, hours: float = 4
) -> Booking:
    """Unsaved; of a system or a person."""
    kind = BookingKind(subject.split(":", maxsplit=1)[0])
    return Booking(
        deployment=of,
        kind=kind,
        subject=subject,
        starts_at=start,
        ends_at=start + timedelta(hours=hours),
    )


def zone_booking(
    of: Deployment, ring: list[list[int]], *, start: datetime = T0, hours: float = 4
) -> Booking:
    """Unsaved; `ring` in BNG cm."""
    return Booking(
        deployment=of,
        kind=BookingKind.ZONE,
        subject="zone",
        zone=zone_text(ring),
        starts_at=start,
        ends_at=start + timedelta(hours=hours),
    )


def square(east: int, north: int, side: int = 100_00) -> list[list[int]]:
    """South-west corner in BNG cm."""
    return [list(point) for point in making.square(east, north, side)]
