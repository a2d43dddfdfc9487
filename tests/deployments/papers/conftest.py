"""People, and a clock that stands still."""

from tests.deployments.decisions.conftest import browser_of, cast, clock

__all__ = ["browser_of", "cast", "clock"]
