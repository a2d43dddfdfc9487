"""What deployments writes to the ledger: digests and states, and no text of an application."""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from overt.ledger import verbs


class Payload(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Created(Payload):
    policy: str
    policy_digest: str
    copied_from: str | None = None


class TaskSaved(Payload):
    """`sha256` is over the canonical JSON of what the task now says."""

    task: str
    revision: int
    sha256: str


class Submitted(Payload):
    version: int
    digest: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    authors: list[str]


class Decided(Payload):
    """A review or an authority, given or refused. `state` is the one that came of it.

    `acknowledged`: the sentences that were ticked to authorise.
    """

    version: int
    digest: str
    outcome: str
    rank: str
    reason: str
    conditions: str
    state: str
    valid_until: AwareDatetime | None = None
    oral_given_at: AwareDatetime | None = None
    acknowledged: list[str] = []


class Moved(Payload):
    """A change of state, with the digest of the version it concerns ("" before the first)."""

    state: str
    digest: str
    reason: str


class Ended(Moved):
    """An authority that ended before its time."""

    authority: str
    rank: str


class Commented(Payload):
    """`sha256` is over the text."""

    comment: int
    task: str
    sha256: str


class StatementSigned(Payload):
    """`sha256` is over the text of the statement."""

    revision: int
    sha256: str


def _register(name: str, label: str, schema: type[BaseModel]) -> verbs.Verb:
    return verbs.register(f"deployment.{name}", label=label, schema=schema)


CREATED = _register("created", "Application begun", Created)
TASK_SAVED = _register("task_saved", "Task saved", TaskSaved)
STATEMENT_SIGNED = _register("statement_signed", "Statement signed", StatementSigned)
SUBMITTED = _register("submitted", "Application submitted", Submitted)
REVIEWED = _register("reviewed", "Legal review recorded", Decided)
AUTHORISED = _register("authorised", "Authority decided", Decided)
AUTHORISED_ORALLY = _register("authorised_orally", "Urgent oral authority recorded", Decided)
REOPENED = _register("reopened", "Application opened for changes", Moved)
READY = _register("ready", "Deployment made ready", Moved)
NOT_READY = _register("not_ready", "Deployment no longer ready", Moved)
WITHDRAWN = _register("withdrawn", "Authority withdrawn", Ended)
LAPSED = _register("lapsed", "Urgent authority lapsed", Ended)
CANCELLED = _register("cancelled", "Deployment cancelled", Moved)
EXPIRED = _register("expired", "Deployment expired", Moved)
STARTED = _register("started", "Deployment live", Moved)
ENDED = _register("ended", "Deployment ended", Moved)
ACCOUNTED = _register("accounted", "Deployment accounted for", Moved)
COMMENTED = _register("commented", "Comment made", Commented)


class SystemAdded(Payload):
    name: str
    description: str


class TeamAdded(Payload):
    name: str


SYSTEM_ADDED = verbs.register("system.added", label="System added", schema=SystemAdded)
TEAM_ADDED = verbs.register("team.added", label="Team added", schema=TeamAdded)


class SignSeen(Payload):
    """`digest` is the version's in force; `distance_m` from the plan; `note_sha256` is over the
    note, and empty without one."""

    sign: str
    kind: str
    digest: str
    distance_m: int | None
    accuracy_m: int | None
    note_sha256: str


SIGN_PLACED = verbs.register("sign.placed", label="Sign placed", schema=SignSeen)
SIGN_RECHECKED = verbs.register("sign.rechecked", label="Sign still in place", schema=SignSeen)
SIGN_MISSING = verbs.register("sign.missing", label="Sign missing", schema=SignSeen)


class FeedChanged(Payload):
    """`feed` is its number; the secret in its address is in no entry."""

    feed: int


FEED_MADE = verbs.register("calendar_feed.made", label="Calendar feed made", schema=FeedChanged)
FEED_REVOKED = verbs.register(
    "calendar_feed.revoked", label="Calendar feed revoked", schema=FeedChanged
)


class NoticePublished(Payload):
    """`digest` is the notice's, `application` that of the version it is made from."""

    number: int
    digest: str
    application: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    lead_hours: int
    exception: bool


class NoticeCancelled(Payload):
    """`event` is what the public is told; `reason` is for those who decide."""

    number: int
    digest: str
    event: str
    reason: str


NOTICE_PUBLISHED = verbs.register(
    "notice.published", label="Notice published", schema=NoticePublished
)
NOTICE_CHANGED = verbs.register(
    "notice.changed", label="Changed notice published", schema=NoticePublished
)
NOTICE_CANCELLED = verbs.register(
    "notice.cancelled", label="Cancellation published", schema=NoticeCancelled
)
