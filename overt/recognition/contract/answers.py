"""What Overt answers."""

from typing import Annotated, Literal

from pydantic import Field

from . import limits
from .fields import BatchNumber, Closed, Digest, ManifestNumber, RequestNumber, Second
from .refusals import REASONS

_BASE64URL = "[A-Za-z0-9_-]"


class SessionEntry(Closed):
    """A session of the system that asks."""

    ends_at: Annotated[Second, Field(description="No permit holds after this, UTC, in seconds.")]
    id: Annotated[
        str,
        Field(
            pattern="^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
            max_length=36,
            description="The UUID of the session, as it stands in the addresses.",
        ),
    ]
    reference: Annotated[
        str,
        Field(
            pattern="^[A-Z0-9-]{1,20}$",
            max_length=20,
            description="The deployment, such as LFR-2026-0007.",
        ),
    ]
    starts_at: Annotated[Second, Field(description="No permit holds before this, UTC, in seconds.")]
    state: Annotated[
        str,
        Field(
            pattern="^[a-z_]{1,20}$",
            max_length=20,
            description="Such as `armed`, `live` or `stopping`; new words may be added.",
        ),
    ]


class SessionList(Closed):
    """The sessions of the system that asks, around now."""

    sessions: Annotated[
        tuple[SessionEntry, ...],
        Field(max_length=limits.SESSIONS, description="Earliest start first."),
    ]


class ManifestAnswer(Closed):
    """The manifest is kept."""

    digest: Annotated[Digest, Field(description="The digest of the list, as it was sent.")]
    duplicate: Annotated[
        bool, Field(description="The same bytes had come before; nothing was changed.")
    ]
    number: Annotated[ManifestNumber, Field(description="The number of the manifest.")]


class PermitAnswer(Closed):
    """The next permit."""

    expires_at: Annotated[
        Second, Field(description="When the permit runs out, UTC, in seconds, as it says itself.")
    ]
    permit: Annotated[
        str,
        Field(
            pattern=rf"^{_BASE64URL}{{1,1024}}\.{_BASE64URL}{{1,4096}}\.{_BASE64URL}{{86}}$",
            max_length=5208,
            description="The permit: a compact JWS, to be verified with the pinned key set.",
        ),
    ]
    poll_seconds: Annotated[
        int, Field(ge=1, le=3600, description="Ask again after so many seconds.")
    ]
    sequence: Annotated[
        RequestNumber, Field(description="The number of the permit within its session, rising.")
    ]


class Accepted(Closed):
    """How much of a batch was taken."""

    alerts: Annotated[int, Field(ge=0, le=limits.EVENTS, description="Alerts.")]
    counters: Annotated[int, Field(ge=0, le=limits.EVENTS, description="Counters.")]
    deletions: Annotated[int, Field(ge=0, le=limits.DELETIONS, description="Deletions.")]
    heartbeat: Annotated[bool, Field(description="Whether there was a heartbeat.")]
    stopped: Annotated[bool, Field(description="Whether the stop is recorded.")]


class BatchAnswer(Closed):
    """The batch is kept."""

    accepted: Annotated[Accepted, Field(description="What it brought.")]
    duplicate: Annotated[
        bool, Field(description="The same bytes had come before; nothing was changed.")
    ]
    missing: Annotated[
        tuple[BatchNumber, ...],
        Field(
            max_length=limits.MISSING,
            description="Numbers below the highest that have not come, lowest first; at most "
            f"{limits.MISSING} of them.",
        ),
    ]
    number: Annotated[BatchNumber, Field(description="The number of the batch.")]


class Gate(Closed):
    """One of the conditions for a permit."""

    name: Annotated[
        str,
        Field(pattern="^[a-z][a-z0-9_-]{0,39}$", max_length=40, description="Its name."),
    ]
    passed: Annotated[bool, Field(description="Whether it holds.")]
    reason: Annotated[str, Field(max_length=600, description="Why, in a sentence.")]


class Problem(Closed):
    """A refusal, as RFC 9457 has it (application/problem+json)."""

    type: Annotated[Literal["about:blank"], Field(description="Always this.")] = "about:blank"
    title: Annotated[str, Field(max_length=100, description="The status, in words.")]
    status: Annotated[int, Field(ge=400, le=599, description="The HTTP status.")]
    detail: Annotated[str, Field(max_length=600, description="What is wrong, in a sentence.")]
    reason: Annotated[
        str,
        Field(
            pattern="^[a-z][a-z0-9-]{0,39}$",
            max_length=40,
            description="What is wrong, in a word that programs can compare. For a body: "
            + ", ".join(REASONS)
            + ".",
        ),
    ]
    field: Annotated[
        str | None,
        Field(
            max_length=80,
            description="Where in the body, such as `counters[3].minute`; left out where there "
            "is no one place.",
        ),
    ] = None
    gates: Annotated[
        tuple[Gate, ...] | None,
        Field(
            max_length=limits.GATES,
            description="The conditions for a permit; left out where none was asked for.",
        ),
    ] = None
