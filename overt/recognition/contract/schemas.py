"""The bodies as JSON Schemas (draft 2020-12), made from the models.

A schema says less than `read` holds to: that lists are in order, that numbers add up, that a day
exists, that a number is written without a fraction (JSON Schema takes 1.0 for an integer), how many
bytes there are, and that the form is canonical.
"""

from typing import Any

from .answers import BatchAnswer, ManifestAnswer, PermitAnswer, Problem, SessionList
from .fields import Closed
from .requests import Batch, Manifest, PermitRequest

DIALECT = "https://json-schema.org/draft/2020-12/schema"

REQUESTS: dict[str, type[Closed]] = {
    "batch": Batch,
    "manifest": Manifest,
    "permit-request": PermitRequest,
}
ANSWERS: dict[str, type[Closed]] = {
    "batch-answer": BatchAnswer,
    "manifest-answer": ManifestAnswer,
    "permit-answer": PermitAnswer,
    "problem": Problem,
    "session-list": SessionList,
}


def schemas() -> dict[str, dict[str, Any]]:
    """Name to schema, for every body."""
    return {
        name: {"$schema": DIALECT, **model.model_json_schema()}
        for name, model in {**REQUESTS, **ANSWERS}.items()
    }
