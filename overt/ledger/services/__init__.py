"""What is written into the ledger: entries, checkpoints, keys, and who read what."""

from .checkpoints import checkpoint_after_publication, make_checkpoint
from .entries import append
from .keys import replace_key, take_up_key
from .reads import record_read

__all__ = [
    "append",
    "checkpoint_after_publication",
    "make_checkpoint",
    "record_read",
    "replace_key",
    "take_up_key",
]
