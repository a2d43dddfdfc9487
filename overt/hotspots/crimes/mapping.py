"""How a generic CSV is read: a small TOML file that says which column is what.

force = "metropolitan"            # or --force
month_format = "%d/%m/%Y %H:%M"   # only where the column does not begin YYYY-MM

[columns]
month = "month"                   # a month, a date or a timestamp
longitude = "lng"                 # degrees (WGS84), with latitude
latitude = "lat"                  # or easting and northing: metres (EPSG:27700)
category = "category"
crime_id = "persistent_id"        # optional, only counted
lsoa = "lsoa_code"                # optional, only counted

[categories]                      # optional: what the file says = what Overt says
violent-crime = "Violence and sexual offences"
"""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from .categories import CATEGORIES
from .errors import MappingError
from .sources import FORCE_SLUG


class Columns(BaseModel):
    """Names of the columns. Either longitude and latitude, or easting and northing."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    month: str
    category: str
    longitude: str | None = None
    latitude: str | None = None
    easting: str | None = None
    northing: str | None = None
    crime_id: str | None = None
    lsoa: str | None = None

    @model_validator(mode="after")
    def _one_pair_of_coordinates(self) -> "Columns":
        degrees = (self.longitude is not None, self.latitude is not None)
        metres = (self.easting is not None, self.northing is not None)
        if {degrees, metres} != {(True, True), (False, False)}:
            raise ValueError("give longitude and latitude, or easting and northing")
        return self


class Mapping(BaseModel):
    """A valid mapping. `categories` may be empty: then the file must use the 14 labels."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    columns: Columns
    force: str | None = None
    month_format: str | None = None
    categories: dict[str, str] = {}

    @field_validator("force")
    @classmethod
    def _slug(cls, force: str | None) -> str | None:
        if force is not None and not FORCE_SLUG.match(force):
            raise ValueError("a force is written in small letters and hyphens: west-midlands")
        return force

    @field_validator("categories")
    @classmethod
    def _known(cls, categories: dict[str, str]) -> dict[str, str]:
        unknown = sorted(set(categories.values()) - set(CATEGORIES))
        if unknown:
            raise ValueError(f"unknown category {unknown[0]!r}; use one of the 14 labels")
        return categories


# The street files of data.police.uk.
STREET = Mapping(
    columns=Columns(
        month="Month",
        category="Crime type",
        longitude="Longitude",
        latitude="Latitude",
        crime_id="Crime ID",
        lsoa="LSOA code",
    )
)


def read_mapping(path: Path) -> Mapping:
    """The mapping in a TOML file.

    Raises MappingError, one line that names the file and the field.
    """
    advice = "See docs/crime-data.md for the form"
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise MappingError(str(path), f"it cannot be read ({reason})", advice) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(str(path), f"it is not valid TOML: {error}", advice) from error
    try:
        return Mapping.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        message = first["msg"].removeprefix("Value error, ")
        raise MappingError(str(path), f"{field}: {message}", advice) from error
