"""A version as it was submitted: its document read again, and held to its digest."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from overt.deployments.application import document as documents
from overt.deployments.application.tasks import Draft, read_draft
from overt.deployments.application.words import Section, sections
from overt.deployments.errors import DeploymentError
from overt.deployments.models import Version
from overt.deployments.selectors.deployments import pinned
from overt.policy.describe import describe
from overt.policy.document import Profile


class NotAsSubmitted(DeploymentError):
    """The stored text of a version is not the one that its digest was taken over."""


@dataclass(frozen=True)
class Unconfirmed:
    """A value of the policy that the application is held to and no official document confirms."""

    label: str
    value: str
    status: str
    source: str
    section: str = ""


@dataclass(frozen=True)
class Frozen:
    """`document` is the canonical JSON of `version`, parsed."""

    version: Version
    document: dict[str, Any]

    @cached_property
    def draft(self) -> Draft:
        return read_draft(self.document["tasks"])

    @cached_property
    def profile(self) -> Profile:
        """The profile that the version was held to."""
        return pinned(self.document["policy"]["digest"])

    @cached_property
    def sections(self) -> list[Section]:
        """The whole application in words."""
        return sections(self.document, self.profile)

    @cached_property
    def not_confirmed(self) -> list[Unconfirmed]:
        known = {
            row.field: (row.label, section.heading)
            for section in describe(self.profile)
            for row in section.rows
        }
        return [
            Unconfirmed(label, item["value"], item["status"], item["source"], section)
            for item in self.document["not_confirmed"]
            for label, section in [known.get(item["field"], (item["field"], ""))]
        ]

    @property
    def use_case(self) -> str:
        """The use case and its section, as the policy names them."""
        key = self.draft.use_case.use_case
        chosen = self.profile.use_cases.get(key)
        return f"{chosen.name.value}, section {chosen.section.value}" if chosen else key


def frozen(version: Version) -> Frozen:
    """Read `version`. Raises NotAsSubmitted when its text has another digest."""
    if documents.digest(version.document) != version.digest:
        raise NotAsSubmitted(
            f"The stored text of version {version.number} is not what was submitted: its digest "
            "is another one. Decide nothing on it, and tell whoever runs Overt."
        )
    return Frozen(version, json.loads(version.document))
