"""Public keys: of the systems that ask, and of Overt that answers. Secrets are in files alone."""

from django.db import models
from django.db.models import F, Q

from overt.deployments.models import System


class SystemKey(models.Model):
    """An Ed25519 key with which one system signs what it sends. `kid`: its RFC 7638 thumbprint."""

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="keys")
    kid = models.CharField(max_length=43, unique=True)
    public = models.CharField(max_length=43, help_text="base64url of the 32 bytes.")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["system", "-valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_until")), name="system_key_is_timed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.kid[:8]}"


class PermitKey(models.Model):
    """An Ed25519 key with which Overt signs permits."""

    kid = models.CharField(max_length=43, unique=True)
    public = models.CharField(max_length=43, help_text="base64url of the 32 bytes.")
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-not_before", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(not_before__lt=F("not_after")), name="permit_key_is_timed"
            ),
        ]

    def __str__(self) -> str:
        return self.kid[:8]


class KeySet(models.Model):
    """A signed set of the permit keys that systems trust. Triggers refuse UPDATE and DELETE."""

    version = models.PositiveIntegerField(unique=True)
    document = models.TextField(help_text="The signed form, as systems download it.")
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"key set {self.version}"
