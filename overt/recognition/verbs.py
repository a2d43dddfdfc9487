"""What recognition writes to the ledger: states, numbers and digests.

Answers to single requests and single batches are rows that cannot change; the ledger holds their
chain (in `Stopped`) when a session has stopped.
"""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from overt.ledger import verbs


class Payload(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Opened(Payload):
    """`application` is the digest of the version whose authority the session runs under."""

    session: str
    system: str
    application: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class Moved(Payload):
    state: str
    reason: str


class Gated(Moved):
    """`failed`: the names of the gates that did not hold. `sha256`: over all of the evidence."""

    failed: list[str]
    sha256: str


class WentLive(Payload):
    """`permit`: sha256 of the permit that made it live."""

    state: str
    sequence: int
    permit: str
    expires_at: AwareDatetime


class Stopping(Moved):
    """`exposed_until`: until when the last permit may still be used."""

    kind: str
    exposed_until: AwareDatetime | None


class Stopped(Moved):
    """`permits_sha256` and `batches_sha256` are chains over every answer and every batch."""

    stopped_at: AwareDatetime
    permits: int
    refusals: int
    permits_sha256: str
    batches: int
    batches_sha256: str


def _register(name: str, label: str, schema: type[BaseModel]) -> verbs.Verb:
    return verbs.register(f"session.{name}", label=label, schema=schema)


OPENED = _register("opened", "Session opened", Opened)
CHECKING = _register("checking", "Gates being checked", Gated)
ARMED = _register("armed", "Session armed", Gated)
LIVE = _register("live", "Session live", WentLive)
PERMIT_RAN_OUT = _register("permit_ran_out", "Permit ran out", Moved)
REFUSED = _register("refused", "Permit refused", Gated)
STOPPING = _register("stopping", "Session stopping", Stopping)
UNCONFIRMED = _register("unconfirmed", "Stop not confirmed", Moved)
STOPPED = _register("stopped", "Session stopped", Stopped)
NOT_STARTED = _register("not_started", "Session not started", Gated)
ABORTED = _register("aborted", "Session aborted", Moved)


class ManifestReceived(Payload):
    number: int
    digest: str
    built_at: AwareDatetime
    total: int
    under_18: int


class OutcomeGiven(Payload):
    """A person's word on an alert. `reason_sha256` is over why it was corrected."""

    alert: str
    decision: str
    engaged: bool | None
    outcome: str
    reason_sha256: str


class Deleted(Payload):
    asset: str
    count: int
    deleted_at: AwareDatetime
    method: str


class Explained(Payload):
    """`discrepancy` is its name, `sha256` over how it read, `words_sha256` over the answer."""

    discrepancy: str
    sha256: str
    words_sha256: str


class Seeded(Payload):
    """`words_sha256` is over how the test was made."""

    passes: int
    correct_alerts: int
    words_sha256: str


class Reconciled(Payload):
    state: str
    figures: dict[str, int]
    explained: int


class Published(Payload):
    number: int
    digest: str
    reason: str


MANIFEST = _register("manifest", "Watchlist manifest received", ManifestReceived)
OUTCOME = _register("outcome", "Outcome of an alert recorded", OutcomeGiven)
DELETED = _register("deleted", "Deletion attested", Deleted)
EXPLAINED = _register("explained", "Discrepancy explained", Explained)
SEEDED = _register("seeded", "Seeded test recorded", Seeded)
RECONCILED = _register("reconciled", "Session reconciled", Reconciled)
REOPENED = _register("reopened", "Account opened again", Moved)
PUBLISHED = _register("published", "Record published", Published)
CORRECTED = _register("corrected", "Corrected record published", Published)


class SystemKeyAdded(Payload):
    system: str
    kid: str
    valid_from: AwareDatetime
    valid_until: AwareDatetime


class KeyEnded(Payload):
    kid: str
    reason: str


class PermitKeyAdded(Payload):
    kid: str
    not_before: AwareDatetime
    not_after: AwareDatetime


class KeySetIssued(Payload):
    version: int
    sha256: str
    kids: list[str]


SYSTEM_KEY_ADDED = verbs.register(
    "system_key.added", label="Key of a system added", schema=SystemKeyAdded
)
SYSTEM_KEY_REVOKED = verbs.register(
    "system_key.revoked", label="Key of a system revoked", schema=KeyEnded
)
PERMIT_KEY_ADDED = verbs.register(
    "permit_key.added", label="Permit key taken up", schema=PermitKeyAdded
)
PERMIT_KEY_RETIRED = verbs.register(
    "permit_key.retired", label="Permit key retired", schema=KeyEnded
)
KEY_SET_ISSUED = verbs.register(
    "permit_key_set.issued", label="Permit key set issued", schema=KeySetIssued
)
