"""Submit: freeze the draft as a version, and take what it needs."""

from datetime import datetime

from django.db import transaction

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.accounts.ranks import LEVELS
from overt.deployments import rules, states, verbs
from overt.deployments.application import completeness, document
from overt.deployments.application.tasks import read_draft
from overt.deployments.errors import NotComplete, StaleEdit
from overt.deployments.models import Deployment, DraftEditor, Version, VersionAuthor
from overt.deployments.selectors.deployments import profile_of
from overt.deployments.selectors.facts import gather

from . import bookings, sign_plan
from .moving import locked, move, person, record, require_state


@transaction.atomic
def submit(*, deployment: Deployment, seen_revision: int, actor: Actor, now: datetime) -> Version:
    """Freeze the draft as the next version and put it before the legal adviser.

    Whoever wrote on the draft is an author of the version. `seen_revision` is the draft's revision
    on the page answered. Raises NotAllowed, WrongState, StaleEdit, NotComplete or
    CalendarConflict.
    """
    require(rules.may_apply(actor))
    current = locked(deployment)
    require_state(current, states.DRAFT, verb="submit")
    if current.revision != seen_revision:
        raise StaleEdit(
            f"Someone saved {current.reference} after you opened this page: read it again, then "
            "submit."
        )
    draft, profile = read_draft(current.draft), profile_of(current)
    gathered = gather(draft, profile=profile)
    lacking = completeness.missing(draft, profile=profile, facts=gathered.facts, now=now)
    if lacking:
        raise NotComplete(lacking)
    starts_at, ends_at = draft.time.starts_at, draft.time.ends_at
    if starts_at is None or ends_at is None:
        raise AssertionError("a complete draft is timed")
    number = current.versions.count() + 1
    text = document.canonical(
        document.build(
            draft,
            reference=current.reference,
            version=number,
            title=current.title,
            profile=profile,
            hotspot=gathered.hotspot,
            uncovered=tuple(gathered.facts.uncovered),
        )
    )
    authorising = profile.authorising
    version = Version.objects.create(
        deployment=current,
        number=number,
        digest=document.digest(text),
        document=text,
        author_id=person(actor),
        submitted_at=now,
        starts_at=starts_at,
        ends_at=ends_at,
        review_required=authorising.legal_review_required.value,
        authorising_level=LEVELS[authorising.rank.value],
        urgent_level=LEVELS[authorising.urgent_rank.value],
        urgent_written_hours=authorising.urgent_written_hours.value,
    )
    writers = {current.created_by_id, person(actor)} | set(
        current.editors.values_list("person_id", flat=True)
    )
    for pk in sorted(writers):
        VersionAuthor.objects.create(version=version, person_id=pk)
    bookings.take(deployment=current, draft=draft)
    sign_plan.renew(deployment=current, planned=draft.signs.signs, now=now)
    move(current, states.SUBMITTED, now=now, current_version=version)
    DraftEditor.objects.filter(deployment=current).delete()
    payload = {
        "version": number,
        "digest": version.digest,
        "starts_at": version.starts_at,
        "ends_at": version.ends_at,
        "authors": list(
            version.authors.order_by("person__username").values_list("person__username", flat=True)
        ),
    }
    record(current, verbs.SUBMITTED, payload, actor=actor, now=now)
    return version
