"""What can be made to go wrong, one word each, with a number where it has a size.

    network         nothing reaches Overt
    skew:SECONDS    the system's clock is off by so much
    duplicate       every batch is sent twice
    reorder         batches are sent highest number first
    refuse-to-stop  it goes on without a permit, and never says that it stopped
    silent-stop     it stops and never says so
    threshold:0.5   it runs at this threshold
    swap-manifest   it runs another watchlist than the one it sent
    after-stopped   it counts after it said that it stopped
    never-delete    it attests no deletion
    die-running     it ends at once when it first runs, without a word

Given at the start, and again whenever the file `faults` in the state folder changes: one on a line.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

SIZED = frozenset({"skew", "threshold"})
PLAIN = frozenset(
    {
        "network",
        "duplicate",
        "reorder",
        "refuse-to-stop",
        "silent-stop",
        "swap-manifest",
        "after-stopped",
        "never-delete",
        "die-running",
    }
)


class UnknownFault(ValueError):
    """The text names the faults that there are."""


class Faults(Mapping[str, str]):
    """Which are on, by name, with their sizes ("" for those without)."""

    def __init__(self, given: Iterable[str]) -> None:
        self._on: dict[str, str] = {}
        for text in given:
            name, _, size = text.strip().partition(":")
            if name in SIZED and size:
                self._on[name] = size
            elif name in PLAIN and not size:
                self._on[name] = ""
            elif text.strip():
                known = sorted(PLAIN | {f"{name}:SIZE" for name in SIZED})
                raise UnknownFault(f"There is no fault {text!r}; there are {', '.join(known)}.")

    def __getitem__(self, name: str) -> str:
        return self._on[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._on)

    def __len__(self) -> int:
        return len(self._on)

    @property
    def skew(self) -> float:
        """Seconds by which the system's clock is ahead."""
        return float(self._on.get("skew", "0"))


def read(path: Path) -> Faults | None:
    """The faults that the file asks for; None where there is no such file. Raises UnknownFault."""
    try:
        return Faults(path.read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        return None
