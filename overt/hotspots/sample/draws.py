"""Random draws in whole numbers, so that a seed gives the same draws on every machine.

Only the raw 64-bit output of PCG64 is used: NumPy promises that stream for a seed, but not the
streams of `Generator.integers`, `poisson` and the like, which also depend on the C library.
"""

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]

# A count is drawn as the successes of _TRIALS trials per expected event, each with chance
# 1 / _TRIALS: close to a Poisson count (variance 15/16 of the mean) without any logarithm.
_TRIALS = 16


class Draws:
    """A stream of draws for one purpose. Two purposes never share a stream.

    That keeps one part of the sample as it was when another part draws more or fewer numbers.
    """

    def __init__(self, seed: int, purpose: str) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, *purpose.encode()]))

    def below(self, limit: int, size: int) -> Integers:
        """`size` whole numbers from 0 to `limit` - 1, each as likely; limit at most 2**31."""
        raw = self._raw(size) >> np.uint64(33)
        return ((raw * np.uint64(limit)) >> np.uint64(31)).astype(np.int64)

    def between(self, least: int, most: int, size: int) -> Integers:
        """`size` whole numbers from `least` to `most`, both included."""
        return self.below(most - least + 1, size) + least

    def chance(self, per_mille: int, size: int) -> npt.NDArray[np.bool_]:
        """`size` answers that are true `per_mille` times in 1,000."""
        return self.below(1000, size) < per_mille

    def choose(self, weights: npt.ArrayLike, size: int) -> Integers:
        """`size` positions in `weights`, each as often as its weight says.

        Weights are whole numbers of at least zero, of any sum below 2**62.
        """
        bounds = np.cumsum(np.asarray(weights, np.int64))
        at = (self._raw(size) % np.uint64(bounds[-1])).astype(np.int64)
        return np.searchsorted(bounds, at, side="right").astype(np.int64)

    def count(self, expected_millis: int) -> int:
        """A count whose mean is `expected_millis` / 1,000, about as spread as a Poisson count."""
        trials = (expected_millis * _TRIALS + 500) // 1000
        return int(np.count_nonzero(self.below(_TRIALS, trials) == 0))

    def _raw(self, size: int) -> npt.NDArray[np.uint64]:
        return np.asarray(self._bits.random_raw(size), np.uint64)
