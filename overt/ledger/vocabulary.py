"""The ledger's own verbs: what was done with its keys, its checkpoints and its readers."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from .verbs import register

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class KeyAdded(BaseModel):
    """`key` is the verifier key, in the form of `notes`."""

    model_config = ConfigDict(extra="forbid")

    key: str


class KeyReplaced(KeyAdded):
    """`replaced` is the name and id of the key before."""

    replaced: str


class Checkpointed(BaseModel):
    """`root` is the Merkle root, `note` the sha256 of the signed text, `key` its name and id."""

    model_config = ConfigDict(extra="forbid")

    size: int
    head: Digest
    root: Digest
    note: Digest
    key: str


class PageRead(BaseModel):
    model_config = ConfigDict(extra="forbid")

    page: Annotated[str, Field(pattern=r"^[a-z][a-z_.:-]{0,79}$")]


KEY_ADDED = register("ledger.key_added", label="Signing key taken up", schema=KeyAdded)
KEY_REPLACED = register("ledger.key_replaced", label="Signing key replaced", schema=KeyReplaced)
CHECKPOINTED = register("ledger.checkpointed", label="Checkpoint signed", schema=Checkpointed)
PAGE_READ = register("page.read", label="Page read", schema=PageRead)
