"""What hotspots writes to the ledger. Payloads hold digests of what was decided, not the data."""

from pydantic import BaseModel, ConfigDict

from overt.ledger import verbs


class Payload(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AreasImportedPayload(Payload):
    """`boundaries_sha256` is over the lines `name TAB boundary_sha256` of the file's areas, in
    the order of their names."""

    file: str
    sha256: str
    kind: str
    added: int
    changed: int
    unchanged: int
    boundaries_sha256: str


class PlacesImportedPayload(Payload):
    file: str
    sha256: str
    kind: str
    added: int
    unchanged: int


AREAS_IMPORTED = verbs.register(
    "areas.imported", label="Boundaries imported", schema=AreasImportedPayload
)
PLACES_IMPORTED = verbs.register(
    "places.imported", label="Places imported", schema=PlacesImportedPayload
)
