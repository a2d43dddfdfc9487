"""What can go wrong with a session. The text of each is one sentence for the person."""

from overt.recognition.gates import Gate


class RecognitionError(Exception):
    """Nothing was changed."""


class WrongState(RecognitionError):
    """The verb does not fit the state that the session is in."""


class NotTheHolder(RecognitionError):
    """Another worker has taken the session over since."""


class ClockWentBack(RecognitionError):
    """The clock of this machine is before what was already recorded."""


class KeyRefused(RecognitionError):
    """A key cannot be taken, or there is none to use."""


class NotWhatWasShown(RecognitionError):
    """What the page showed is not what would be published."""


class FieldRefused(RecognitionError):
    """What was given for `field` cannot be taken."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class BatchRefused(RecognitionError):
    """What a system sent cannot be taken. `reason` is the slug that the system is told."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class NotSettled(RecognitionError):
    """The figures are not reconciled. `reasons` says what is open."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(f"The session cannot be accounted for yet: {' '.join(reasons)}")
        self.reasons = reasons


class PermitRefused(RecognitionError):
    """No permit is given. `reason` is the slug that the system is told; `gates` all that were
    evaluated, where they were."""

    def __init__(self, reason: str, message: str, gates: tuple[Gate, ...] = ()) -> None:
        super().__init__(message)
        self.reason = reason
        self.gates = gates
