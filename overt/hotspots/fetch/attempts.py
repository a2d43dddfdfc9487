"""How often a request that failed for the moment is made again, and after what pauses."""

from collections.abc import Callable

ATTEMPTS = 6
# What a server says with these passes: too busy, restarting, or too many requests.
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})

_FIRST_PAUSE_S = 0.5

Sleep = Callable[[float], None]


def pause_s(failures: int) -> float:
    """Seconds to wait after this many failures in a row: twice as long each time."""
    return float(_FIRST_PAUSE_S * 2 ** (failures - 1))
