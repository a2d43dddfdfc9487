"""Deployments and their versions, decisions, bookings, signs, notices and comments."""

from .bookings import Booking, BookingKind, System, Team
from .comments import Comment
from .decisions import AuthorityEnd, Determination, EndKind, Kind, Outcome
from .deployments import Deployment, DraftEditor, ReferenceYear
from .feeds import CalendarFeed
from .notices import Notice, NoticeKind
from .signs import CheckKind, Sign, SignCheck
from .versions import Version, VersionAuthor

__all__ = [
    "AuthorityEnd",
    "Booking",
    "BookingKind",
    "CalendarFeed",
    "CheckKind",
    "Comment",
    "Deployment",
    "Determination",
    "DraftEditor",
    "EndKind",
    "Kind",
    "Notice",
    "NoticeKind",
    "Outcome",
    "ReferenceYear",
    "Sign",
    "SignCheck",
    "System",
    "Team",
    "Version",
    "VersionAuthor",
]
