"""Take a system, people and a place for a time, and give them back."""

from django.db import DatabaseError, transaction

from overt.deployments.application.tasks import Draft
from overt.deployments.errors import CalendarConflict
from overt.deployments.models import Booking, BookingKind, Deployment
from overt.deployments.selectors.conflicts import conflicts
from overt.deployments.zones_in_sqlite import zone_text


def wanted(deployment: Deployment, draft: Draft) -> list[Booking]:
    """What the draft would take, unsaved: the system, everyone named, the zone."""
    time, resources = draft.time, draft.resources
    subjects: list[tuple[BookingKind, str, str]] = []
    if resources.system is not None:
        subjects.append((BookingKind.SYSTEM, f"system:{resources.system.id}", ""))
    subjects += [(BookingKind.PERSON, f"person:{pk}", "") for pk in sorted(resources.people)]
    if draft.place.zone:
        subjects.append((BookingKind.ZONE, "zone", zone_text([list(p) for p in draft.place.zone])))
    if time.setup_at is None or time.takedown_at is None or time.setup_at >= time.takedown_at:
        return []
    return [
        Booking(
            deployment=deployment,
            kind=kind,
            subject=subject,
            zone=zone,
            starts_at=time.setup_at,
            ends_at=time.takedown_at,
        )
        for kind, subject, zone in subjects
    ]


def take(*, deployment: Deployment, draft: Draft) -> None:
    """Book what the draft names. Raises CalendarConflict, which names the other deployments."""
    bookings = wanted(deployment, draft)
    try:
        with transaction.atomic():
            for booking in bookings:
                booking.save(force_insert=True)
    except DatabaseError as error:
        found = conflicts(bookings, besides=deployment)
        if not found:
            raise
        raise CalendarConflict(" ".join(item.sentence for item in found)) from error


def release(*, deployment: Deployment) -> None:
    """Free what `deployment` took; it must not be in a state that holds it."""
    Booking.objects.filter(deployment=deployment).delete()
