"""Sessions, what allowed them, what the system said of them, and what was published."""

from .events import (
    Alert,
    AlertOutcome,
    AlertReport,
    Batch,
    Counter,
    Deletion,
    Judgement,
    Manifest,
)
from .jobs import JobOutcome, JobRun, WorkerSeen
from .keys import KeySet, PermitKey, SystemKey
from .permits import PermitDecision
from .records import Explanation, Record, SeededTest
from .sessions import Session, StopKind

__all__ = [
    "Alert",
    "AlertOutcome",
    "AlertReport",
    "Batch",
    "Counter",
    "Deletion",
    "Explanation",
    "JobOutcome",
    "JobRun",
    "Judgement",
    "KeySet",
    "Manifest",
    "PermitDecision",
    "PermitKey",
    "Record",
    "SeededTest",
    "Session",
    "StopKind",
    "SystemKey",
    "WorkerSeen",
]
