"""Roads that people walk by. Geometry is in British National Grid, integer centimetres."""

from django.db import models


class Road(models.Model):
    """One line. A road of the same name elsewhere, or of another course, is another row."""

    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=60, blank=True, help_text="The class, in the file's words.")
    line = models.TextField(
        help_text="Canonical JSON: list of [easting, northing], BNG (EPSG:27700), integer cm."
    )
    line_sha256 = models.CharField(max_length=64)
    west = models.IntegerField(help_text="Bounding box, BNG cm.")
    south = models.IntegerField()
    east = models.IntegerField()
    north = models.IntegerField()
    source_name = models.CharField(max_length=300)
    source_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name", "kind", "line_sha256"], name="road_once"),
        ]
        indexes = [models.Index(fields=["west", "east", "south", "north"], name="road_box")]

    def __str__(self) -> str:
        return self.name or self.kind or "Road without a name"
