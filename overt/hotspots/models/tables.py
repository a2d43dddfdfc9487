"""Area tables for the borough comparison: counts and population, never single crimes."""

from django.db import models
from django.db.models import Q


class TableKind(models.TextChoices):
    LSOA_COUNTS = "lsoa_counts", "Crimes by LSOA, month and category"
    MPS_COUNTS = "mps_counts", "MPS recorded crime by borough, month and category"
    POPULATION = "population", "Residents by area and year"
    COVERAGE = "coverage", "Share of a borough's LSOAs present, by month"


class AreaTable(models.Model):
    """One imported table, normalised and stored as Parquet in the `crimes` storage."""

    kind = models.CharField(max_length=12, choices=TableKind)
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, unique=True)
    rows = models.PositiveIntegerField()
    month_from = models.CharField(max_length=7, blank=True)
    month_to = models.CharField(max_length=7, blank=True)
    report = models.JSONField()
    stored_as = models.CharField(max_length=300, unique=True)
    stored_sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "-imported_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=TableKind.values), name="areatable_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
