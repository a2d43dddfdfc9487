"""Imported crime files. The crimes themselves are columnar files in the `crimes` storage."""

from django.db import models
from django.db.models import F, Q


class CrimeImport(models.Model):
    """One run of an import: all of its files, or none of them."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=200)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"import {self.pk}"


class CrimeFile(models.Model):
    """One source file (or archive member), identified by the sha256 of its bytes as given.

    `content_sha256` is over the uncompressed CSV, so that the same file gzipped or zipped is
    recognised as the same.
    """

    imported_by = models.ForeignKey(CrimeImport, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, unique=True)
    content_sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField(help_text="Bytes as given.")
    rows_read = models.PositiveIntegerField()
    rows_kept = models.PositiveIntegerField()
    report = models.JSONField(help_text="The data-quality report.")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rows_kept__lte=F("rows_read")), name="crimefile_keeps_what_it_read"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CrimeRelease(models.Model):
    """What one file says about one force and one month. The highest number is current."""

    file = models.ForeignKey(CrimeFile, on_delete=models.PROTECT, related_name="releases")
    force = models.CharField(max_length=80)
    month = models.CharField(max_length=7, help_text="YYYY-MM")
    number = models.PositiveIntegerField()
    rows = models.PositiveIntegerField(help_text="Crimes kept.")
    points = models.PositiveIntegerField(help_text="Distinct snap points.")
    category_counts = models.JSONField(help_text="Crimes kept by category.")
    stored_as = models.CharField(max_length=300, unique=True, help_text="Name in the storage.")
    stored_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["force", "month", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["force", "month", "number"], name="release_number_once"
            ),
            models.UniqueConstraint(fields=["file", "force", "month"], name="release_file_once"),
            models.CheckConstraint(
                condition=Q(month__regex=r"^[0-9]{4}-(0[1-9]|1[0-2])$"), name="release_month_form"
            ),
        ]
        indexes = [models.Index(fields=["month"], name="release_month")]

    def __str__(self) -> str:
        return f"{self.force} {self.month} release {self.number}"
