"""The contract between Overt and a recognition system: every body that crosses the line, closed.

Rules
1. What crosses is counts, times, outcomes and attestations. No field can hold a picture, a frame, a
   template, a name or a free sentence, and no field may be added by who sends.
2. A body is read by `read` alone. What `read` returns holds; everything else is a
   `ContractRefused`, which names a reason and a field and never repeats what was sent.
3. A body is in canonical form (RFC 8785): one content has exactly one spelling, so that spaces,
   escapes, the order of members and the order of items carry nothing.
4. Every member is always there; where there is nothing it is null, or an empty list.
5. What only Overt knows (which categories were authorised, when the session was live, which
   cameras it has) is held to by who calls, before anything is stored: `composition.py`, services.

What can still be hidden in it is counted in `docs/contract.md`. Pure: no Django, no clock.
"""

from .answers import (
    Accepted,
    BatchAnswer,
    Gate,
    ManifestAnswer,
    PermitAnswer,
    Problem,
    SessionEntry,
    SessionList,
)
from .composition import composition
from .reading import canonical, read
from .refusals import REASONS, ContractRefused
from .requests import (
    Alert,
    Batch,
    Category,
    Counter,
    Deletion,
    Heartbeat,
    Manifest,
    PermitRequest,
    Stopped,
)
from .schemas import schemas

__all__ = [
    "REASONS",
    "Accepted",
    "Alert",
    "Batch",
    "BatchAnswer",
    "Category",
    "ContractRefused",
    "Counter",
    "Deletion",
    "Gate",
    "Heartbeat",
    "Manifest",
    "ManifestAnswer",
    "PermitAnswer",
    "PermitRequest",
    "Problem",
    "SessionEntry",
    "SessionList",
    "Stopped",
    "canonical",
    "composition",
    "read",
    "schemas",
]
