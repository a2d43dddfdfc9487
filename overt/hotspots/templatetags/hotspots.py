"""Template filters for the words of hotspots."""

from collections.abc import Mapping
from decimal import Decimal

from django import template

from overt.hotspots.outputs import summary

register = template.Library()
register.filter("force_name", summary.force_name)


@register.filter
def band_words(band: str) -> str:
    """The stability band in words."""
    return summary.BAND_WORDS[band]


@register.filter
def band_colour(band: str) -> str:
    """The colour of the band's tag."""
    return summary.BAND_COLOURS[band]


@register.filter
def rise_words(found: str) -> str:
    """The class of the rise test in words."""
    return summary.RISE_WORDS[found]


@register.filter
def grid_reference(cell: Mapping[str, int]) -> str:
    """The centre of a cell in metres, without separators: a position is not a quantity."""
    return f"{cell['easting']} {cell['northing']}"


@register.filter
def address(cell: Mapping[str, int]) -> str:
    """The cell's (q, r) as pages and maps name it."""
    return f"{cell['q']},{cell['r']}"


@register.filter
def metres(centimetres: int) -> str:
    """Centimetres as whole metres, without separators."""
    return str((centimetres + 50) // 100)


@register.filter
def millionths(ppm: int) -> str:
    """Millionths as a percentage."""
    return f"{ppm / 10_000:.0f}%"


@register.filter
def decimals(text: str, places: int) -> str:
    """A decimal string of the record, to fewer places."""
    return f"{Decimal(text):.{places}f}"
