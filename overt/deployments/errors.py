"""What can go wrong with a verb. The text of each is one sentence for the person."""

from collections.abc import Sequence

from .application.completeness import Missing


class DeploymentError(Exception):
    """Nothing was changed."""


class WrongState(DeploymentError):
    """The verb does not fit the state that the deployment is in."""


class StaleEdit(DeploymentError):
    """Someone saved the draft since this page was opened."""


class NotComplete(DeploymentError):
    """The application lacks something. `missing` says what, task by task."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        first = "; ".join(f"{item.task}: {item.reason}" for item in missing[:3])
        more = f"; and {len(missing) - 3} more" if len(missing) > 3 else ""
        super().__init__(f"The application is not complete: {first}{more}.")
        self.missing = tuple(missing)


class CalendarConflict(DeploymentError):
    """A system, a person or a place is taken at that time."""


class NotWhatWasShown(DeploymentError):
    """The version on the page that was answered is not the current one."""


class NoticeRefused(DeploymentError):
    """The policy does not let this notice be published now."""


class NotReady(DeploymentError):
    """Signs, notice or authority are not in place. `reasons` says which."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(f"The deployment is not ready: {' '.join(reasons)}")
        self.reasons = tuple(reasons)


class FieldRefused(DeploymentError):
    """What was given for `field` cannot be taken."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
