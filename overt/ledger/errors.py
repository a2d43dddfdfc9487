"""What can be wrong with a call to the ledger. All of them are errors of the calling code."""


class LedgerError(Exception):
    """Nothing was written."""


class NotInTransaction(LedgerError):
    """An entry stands or falls with the change that it records, so both need one transaction."""


class UnregisteredVerb(LedgerError):
    """No app has registered this verb."""


class VerbRefused(LedgerError):
    """A verb was registered with a bad name, twice, or with a schema that lets anything in."""


class EntryRefused(LedgerError):
    """A field of the entry is not of the form that the ledger keeps."""


class KeyMissing(LedgerError):
    """There is no key to sign checkpoints with, or not the one that the ledger names."""


class CheckpointRefused(LedgerError):
    """The ledger is not as the last checkpoint says, and nothing more is signed."""
