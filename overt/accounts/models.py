"""Who may act: accounts with a rank and a unit. Roles are groups (see `roles.py`)."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac


class Rank(models.TextChoices):
    """Police ranks in rising order, and staff, who hold none."""

    STAFF = "staff", "Police staff"
    CONSTABLE = "constable", "Constable"
    SERGEANT = "sergeant", "Sergeant"
    INSPECTOR = "inspector", "Inspector"
    CHIEF_INSPECTOR = "chief_inspector", "Chief Inspector"
    SUPERINTENDENT = "superintendent", "Superintendent"
    CHIEF_SUPERINTENDENT = "chief_superintendent", "Chief Superintendent"
    COMMANDER = "commander", "Commander"
    CHIEF_OFFICER = "chief_officer", "Chief Officer"


def shown_name(username: str, first_name: str, last_name: str) -> str:
    """What a person is called on pages."""
    return f"{first_name} {last_name}".strip() or username


class User(AbstractUser):
    rank = models.CharField(max_length=24, choices=Rank, default=Rank.STAFF)
    unit = models.CharField(max_length=80, blank=True)
    # How many times every session of the account was ended at once.
    sessions_ended = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rank__in=Rank.values), name="user_rank_is_known"
            ),
        ]

    @property
    def shown_name(self) -> str:
        return shown_name(self.username, self.first_name, self.last_name)

    def get_session_auth_hash(self) -> str:
        """What a session has to hold: after a new password, or one more end, none does."""
        return salted_hmac(
            "overt.accounts.models.User.get_session_auth_hash",
            f"{self.sessions_ended} {self.password}",
            algorithm="sha256",
        ).hexdigest()
