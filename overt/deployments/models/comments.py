"""What people say to each other on an application."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .deployments import Deployment


class Comment(models.Model):
    """On one task, or on the whole when `task` is empty. Comments stay: they cannot be edited."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="comments")
    task = models.CharField(max_length=20, blank=True)
    version_number = models.PositiveIntegerField(help_text="0 while nothing was submitted yet.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.deployment} {self.pk}"
