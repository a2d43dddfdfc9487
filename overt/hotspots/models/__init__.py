"""Crime files and what they hold, areas, places, roads, area tables, analyses."""

from .analyses import Analysis
from .areas import Area, Place
from .crimes import CrimeFile, CrimeImport, CrimeRelease
from .roads import Road
from .tables import AreaTable

__all__ = [
    "Analysis",
    "Area",
    "AreaTable",
    "CrimeFile",
    "CrimeImport",
    "CrimeRelease",
    "Place",
    "Road",
]
