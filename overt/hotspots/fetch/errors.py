"""Why a fetch stopped. Each error is one line: what, where, and what to do."""


class FetchError(Exception):
    """A fetch that cannot go on. What was loaded so far is kept and continued by the next run."""


class Unreachable(FetchError):
    """The server cannot be reached, or keeps failing."""


class ArchiveMissing(FetchError):
    """There is no archive at the address."""


class RangesRefused(FetchError):
    """The server sends whole files only."""


class ArchiveChanged(FetchError):
    """The archive is no longer the one that was begun with."""


class ArchiveDamaged(FetchError):
    """The archive, or a file out of it, does not match its own checksums."""


class NothingWanted(FetchError):
    """There is nothing of what was asked for."""


class OutputFailed(FetchError):
    """The files cannot be written where they should go."""


class ServiceMissing(FetchError):
    """At the address is no layer of boundaries that answers queries."""


class QueryRefused(FetchError):
    """The service does not answer this query."""


class AnswerDamaged(FetchError):
    """The service sent something else than was asked for. What was loaded is thrown away."""


class LayerChanged(FetchError):
    """The layer was changed while it was read. What was loaded is thrown away."""
