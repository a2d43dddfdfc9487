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


class RoadsImportedPayload(Payload):
    file: str
    sha256: str
    added: int
    unchanged: int


class ImportedTable(Payload):
    """`stored_sha256` is over the normalised table as stored."""

    name: str
    sha256: str
    kind: str
    rows: int
    stored_sha256: str


class AreaCountsImportedPayload(Payload):
    tables: list[ImportedTable]


AREAS_IMPORTED = verbs.register(
    "areas.imported", label="Boundaries imported", schema=AreasImportedPayload
)
PLACES_IMPORTED = verbs.register(
    "places.imported", label="Places imported", schema=PlacesImportedPayload
)
ROADS_IMPORTED = verbs.register(
    "roads.imported", label="Roads imported", schema=RoadsImportedPayload
)
AREA_COUNTS_IMPORTED = verbs.register(
    "area_counts.imported", label="Area tables imported", schema=AreaCountsImportedPayload
)


class ImportedRelease(Payload):
    force: str
    month: str
    number: int
    rows: int
    stored_sha256: str


class ImportedFile(Payload):
    name: str
    sha256: str
    content_sha256: str
    rows_read: int
    rows_kept: int
    releases: list[ImportedRelease]


class CrimesImportedPayload(Payload):
    """`rows_read` and `rows_kept` are over all files."""

    files: list[ImportedFile]
    forces: list[str]
    months: list[str]
    rows_read: int
    rows_kept: int


CRIMES_IMPORTED = verbs.register(
    "crimes.imported", label="Crime files imported", schema=CrimesImportedPayload
)


class AnalysisRequestedPayload(Payload):
    area: str
    kind: str
    boundary_sha256: str
    policy: str
    policy_digest: str
    forces: list[str]
    categories: list[str]
    until: str
    months: int


class AnalysisRecordedPayload(Payload):
    """`digest` is the record's; `inputs` the sha256 of every crime file, in order."""

    digest: str
    refusal: str | None
    inputs: list[str]


class AnalysisFailedPayload(Payload):
    error: str


class AnalysisPublishedPayload(Payload):
    digest: str


ANALYSIS_REQUESTED = verbs.register(
    "analysis.requested", label="Analysis asked for", schema=AnalysisRequestedPayload
)
ANALYSIS_RECORDED = verbs.register(
    "analysis.recorded", label="Analysis recorded", schema=AnalysisRecordedPayload
)
ANALYSIS_FAILED = verbs.register(
    "analysis.failed", label="Analysis failed", schema=AnalysisFailedPayload
)
ANALYSIS_PUBLISHED = verbs.register(
    "analysis.published", label="Analysis published", schema=AnalysisPublishedPayload
)
