"""Boundaries and places. Geometry is in British National Grid, integer centimetres."""

from django.db import models
from django.db.models import Q


class AreaKind(models.TextChoices):
    BOROUGH = "borough", "Borough"
    BCU = "bcu", "Basic Command Unit"
    WARD = "ward", "Ward"
    LSOA = "lsoa", "Lower layer super output area"


class Area(models.Model):
    """A boundary. A changed boundary is a new row; the old one stays for old analyses."""

    kind = models.CharField(max_length=10, choices=AreaKind)
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=20, blank=True)
    boundary = models.TextField(
        help_text="Canonical JSON: MultiPolygon coordinates, BNG (EPSG:27700), integer cm."
    )
    boundary_sha256 = models.CharField(max_length=64)
    west = models.IntegerField(help_text="Bounding box, BNG cm.")
    south = models.IntegerField()
    east = models.IntegerField()
    north = models.IntegerField()
    source_name = models.CharField(max_length=300)
    source_sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"], condition=Q(is_current=True), name="area_current_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "name", "boundary_sha256"], name="area_boundary_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AreaKind.values), name="area_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceKind(models.TextChoices):
    STATION = "station", "Station"
    SCHOOL = "school", "School"
    HOSPITAL = "hospital", "Hospital"
    WORSHIP = "worship", "Place of worship"
    ADVICE = "advice", "Advice centre"


class Place(models.Model):
    """A named point: on the base of the maps, or sensitive near a deployment."""

    kind = models.CharField(max_length=10, choices=PlaceKind)
    name = models.CharField(max_length=200)
    easting = models.IntegerField(help_text="BNG, cm.")
    northing = models.IntegerField(help_text="BNG, cm.")
    source_name = models.CharField(max_length=300)
    source_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name", "easting", "northing"], name="place_once"
            ),
        ]
        indexes = [models.Index(fields=["easting", "northing"], name="place_position")]

    def __str__(self) -> str:
        return self.name
