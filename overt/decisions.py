"""What a rule answers. Every app's `rules.py` returns this and nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decision:
    """`reason` is one sentence for the person; `rule` is the name that tests and logs use."""

    allowed: bool
    reason: str
    rule: str
