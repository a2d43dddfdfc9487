"""What a system sends."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, FailFast, Field, JsonValue, model_validator

from . import limits
from .fields import (
    AlertId,
    Asset,
    BatchNumber,
    CameraLabel,
    CategoryName,
    Closed,
    Decimal,
    Digest,
    ManifestNumber,
    Millisecond,
    Minute,
    People,
    RequestNumber,
    Second,
    refused,
)

Decision = Literal["true", "false", "unconfirmed"]
Outcome = Literal["arrest", "other", "no_action"]
# The eighteen self-defined codes and "not stated", as police record them since 2011's census.
Ethnicity = Literal[
    "W1", "W2", "W3", "W9",
    "M1", "M2", "M3", "M9",
    "A1", "A2", "A3", "A4", "A9",
    "B1", "B2", "B9",
    "O2", "O9",
    "NS",
]  # fmt: skip
SystemState = Literal["idle", "running", "stopping"]
StopReason = Literal["ended", "permit_refused", "permit_expired", "operator", "fault"]
Method = Literal["never_stored", "erased", "overwritten", "key_destroyed", "media_destroyed"]


def _rising(keys: Sequence[Any]) -> bool:
    """Whether each is greater than the one before: so none is there twice."""
    return all(earlier < later for earlier, later in pairwise(keys))


class Category(Closed):
    """People on the watchlist of one kind, counted; never a person."""

    count: Annotated[int, Field(ge=1, le=limits.PEOPLE, description="How many people.")]
    name: Annotated[
        CategoryName,
        Field(description="The category in the words of the authorised application."),
    ]


class Manifest(Closed):
    """What is on the watchlist, in counts. The list itself never leaves the system."""

    built_at: Annotated[Second, Field(description="When the list was built, UTC, in seconds.")]
    categories: Annotated[
        tuple[Category, ...],
        FailFast(),
        Field(
            min_length=1,
            max_length=limits.CATEGORIES,
            description="Everyone on the list, by category, sorted by name, each category once.",
        ),
    ]
    digest: Annotated[
        Digest,
        Field(description="sha256 of the list, as the system keeps it, in small hexadecimal."),
    ]
    number: Annotated[
        ManifestNumber,
        Field(description="Higher than that of any manifest before, in this session."),
    ]
    total: Annotated[
        int,
        Field(ge=1, le=limits.PEOPLE, description="People on the list: the sum of the counts."),
    ]
    under_18: Annotated[People, Field(description="How many of them are under 18 years of age.")]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if not _rising([one.name for one in self.categories]):
            raise refused("not-in-order", "categories")
        if sum(one.count for one in self.categories) != self.total:
            raise refused("inconsistent", "total")
        if self.under_18 > self.total:
            raise refused("inconsistent", "under_18")
        return self


class PermitRequest(Closed):
    """A request for the next permit."""

    manifest: Annotated[
        Digest, Field(description="The digest of the list that the system runs with.")
    ]
    request: Annotated[
        RequestNumber, Field(description="Higher than that of any request before, in this session.")
    ]
    sent_at: Annotated[
        Millisecond, Field(description="The system's clock when it sends, UTC, in milliseconds.")
    ]
    threshold: Annotated[
        Decimal,
        Field(description="The similarity from which the system alerts, such as 0.64."),
    ]


class Heartbeat(Closed):
    """How the system is, now."""

    alerts_total: Annotated[
        int,
        Field(ge=0, le=limits.ALERTS, description="Alerts since the session began."),
    ]
    at: Annotated[Second, Field(description="When this was so, UTC, in seconds.")]
    faces_total: Annotated[
        int,
        Field(ge=0, le=limits.FACES, description="Faces seen since the session began."),
    ]
    state: Annotated[
        SystemState,
        Field(description="`idle`: not recognising anybody; `running`; `stopping`."),
    ]


class Counter(Closed):
    """Faces that one camera saw in one minute."""

    camera: Annotated[CameraLabel, Field(description="The label of the camera.")]
    faces_seen: Annotated[
        int,
        Field(
            ge=0,
            le=limits.FACES_A_MINUTE,
            description="All faces of that minute so far. A later batch may raise it.",
        ),
    ]
    minute: Annotated[Minute, Field(description="When the minute began, UTC, a whole minute.")]


# What `Alert` is held to and a schema can say.
_NULL: dict[str, JsonValue] = {"type": "null"}
_OF_AN_ALERT: list[JsonValue] = [
    {
        "if": {"properties": {"decision": _NULL}},
        "then": {"properties": {"decided_at": _NULL, "outcome": _NULL}},
        "else": {"properties": {"decided_at": {"not": _NULL}}},
    },
    {
        "if": {"properties": {"ethnicity": {"not": _NULL}}},
        "then": {"properties": {"engaged": {"const": True}}},
    },
]


class Alert(Closed):
    """One alert, as far as it is known. The same id again is a correction: all are kept."""

    at: Annotated[Second, Field(description="When the system alerted, UTC, in seconds.")]
    camera: Annotated[CameraLabel, Field(description="The label of the camera.")]
    decided_at: Annotated[
        Second | None,
        Field(description="When the operator decided, UTC, in seconds; null with no decision."),
    ]
    decision: Annotated[
        Decision | None,
        Field(
            description="The operator's: `true` alert, `false` alert, or `unconfirmed` where it "
            "could not be said; null until decided."
        ),
    ]
    engaged: Annotated[
        bool | None,
        Field(description="Whether officers spoke to the person; null until known."),
    ]
    ethnicity: Annotated[
        Ethnicity | None,
        Field(
            description="The person's own answer, as an 18+1 code; only where engaged, and null "
            "where it was not asked."
        ),
    ]
    id: Annotated[
        AlertId,
        Field(description="The number of the alert, counted from 1 in each session, as text."),
    ]
    outcome: Annotated[
        Outcome | None,
        Field(
            description="`arrest`, `other` action, or `no_action`; null until known, and until "
            "there is a decision."
        ),
    ]

    model_config = ConfigDict(json_schema_extra={"allOf": _OF_AN_ALERT})

    @model_validator(mode="after")
    def _follows_from_a_decision(self) -> Self:
        if (self.decided_at is None) != (self.decision is None):
            raise refused("inconsistent", "decided_at")
        if self.decided_at is not None and self.decided_at < self.at:
            raise refused("inconsistent", "decided_at")
        if self.outcome is not None and self.decision is None:
            raise refused("inconsistent", "outcome")
        if self.ethnicity is not None and self.engaged is not True:
            raise refused("inconsistent", "ethnicity")
        return self


class Stopped(Closed):
    """The system no longer recognises anybody. After it come deletions and corrections only."""

    at: Annotated[Second, Field(description="When it stopped, UTC, in seconds.")]
    reason: Annotated[
        StopReason,
        Field(
            description="The time had `ended`, a permit was refused, the last one expired, an "
            "operator stopped it, or a fault did."
        ),
    ]


class Deletion(Closed):
    """The system attests that it deleted a class of data of this session."""

    asset: Annotated[
        Asset, Field(description="The class, by its name in the policy's section on retention.")
    ]
    at: Annotated[Second, Field(description="When it was done, UTC, in seconds.")]
    count: Annotated[
        int, Field(ge=0, le=limits.DELETED, description="How many of them were deleted.")
    ]
    method: Annotated[Method, Field(description="How.")]


class Batch(Closed):
    """What happened since the last batch: counts, outcomes and attestations.

    An empty batch is allowed: it says that there was nothing under this number.
    """

    alerts: Annotated[
        tuple[Alert, ...],
        FailFast(),
        Field(max_length=limits.EVENTS, description="Sorted by id as a number, each once."),
    ]
    counters: Annotated[
        tuple[Counter, ...],
        FailFast(),
        Field(
            max_length=limits.EVENTS,
            description="Sorted by minute, then by camera, each pair once.",
        ),
    ]
    deletions: Annotated[
        tuple[Deletion, ...],
        FailFast(),
        Field(max_length=limits.DELETIONS, description="Sorted by asset, each once."),
    ]
    heartbeat: Annotated[Heartbeat | None, Field(description="Null where there is none.")]
    number: Annotated[
        BatchNumber, Field(description="Batches of a session are numbered 1, 2, 3 and so on.")
    ]
    sent_at: Annotated[
        Millisecond, Field(description="The system's clock when it sends, UTC, in milliseconds.")
    ]
    stopped: Annotated[Stopped | None, Field(description="Null while it has not stopped.")]

    @model_validator(mode="after")
    def _is_within_bounds(self) -> Self:
        if len(self.counters) + len(self.alerts) + len(self.deletions) > limits.EVENTS:
            raise refused("too-many-items")
        if not _rising([(one.minute, one.camera) for one in self.counters]):
            raise refused("not-in-order", "counters")
        if not _rising([int(one.id) for one in self.alerts]):
            raise refused("not-in-order", "alerts")
        if not _rising([one.asset for one in self.deletions]):
            raise refused("not-in-order", "deletions")
        if len(self.cameras) > limits.CAMERAS:
            raise refused("too-many-cameras")
        return self

    @property
    def cameras(self) -> frozenset[str]:
        return frozenset(
            [one.camera for one in self.counters] + [one.camera for one in self.alerts]
        )
