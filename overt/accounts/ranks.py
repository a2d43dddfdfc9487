"""The order of ranks. Police staff hold none and stand below all."""

from collections.abc import Mapping

from .models import Rank

# A rank's place in the rising order, from 0.
LEVELS: Mapping[str, int] = {rank: level for level, rank in enumerate(Rank.values)}


def at_least(rank: str, minimum: str) -> bool:
    """Whether `rank` is `minimum` or above. A rank that is not known is below all."""
    return LEVELS.get(rank, -1) >= LEVELS[minimum]
