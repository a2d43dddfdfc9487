"""The eleven tasks of an application: what each holds, as it stands in the draft.

Pure: no Django. A task is saved as far as it is filled in, so everything may be empty here; what is
missing is said by `completeness.py`. Positions are British National Grid, integer centimetres;
times are ISO 8601 in UTC; decimals are text; people, systems and teams are numbers of accounts
and rows, with the names they had when they were chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Line = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=10_000)]
Position = tuple[int, int]
Ring = tuple[Position, ...]
Count = Annotated[int, Field(ge=0, le=10_000_000)]


class TaskData(BaseModel):
    """Unknown fields are errors; nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def stored(self) -> dict[str, Any]:
        """As plain JSON values."""
        return self.model_dump(mode="json")


class Named(TaskData):
    """A row of the database by number, with its name at the time."""

    id: int
    name: Line


class UseCase(TaskData):
    """`use_case` is the key of the profile's use case."""

    use_case: Line = ""
    reason: Words = ""


class Camera(TaskData):
    label: Line
    position: Position


class Place(TaskData):
    """`basis`: hotspot, access_route or statement. `analysis` is the pinned record, by digest."""

    borough: Named | None = None
    description: Words = ""
    public_place: Line = ""
    zone: Ring = ()
    footprint: Ring = ()
    cameras: tuple[Camera, ...] = ()
    basis: Line = ""
    analysis: Named | None = None
    analysis_digest: Line = ""
    route_reason: Words = ""
    statement: Words = ""
    statement_by: Named | None = None
    statement_at: AwareDatetime | None = None


class Time(TaskData):
    """Set-up, start, end and take-down."""

    setup_at: AwareDatetime | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    takedown_at: AwareDatetime | None = None
    long_reason: Words = ""


class Category(TaskData):
    """People on the watchlist of one kind, counted; never a person."""

    name: Line
    count: Count


class Watchlist(TaskData):
    """Counts only. `review`: how the list is reviewed before it is used. `threshold` is a decimal
    as text."""

    categories: tuple[Category, ...] = ()
    under_18: Count | None = None
    under_18_reason: Words = ""
    criteria: Words = ""
    image_source: Words = ""
    review: Words = ""
    threshold: Line = ""

    @property
    def total(self) -> int:
        return sum(category.count for category in self.categories)


class Alternative(TaskData):
    """A less intrusive way that was considered."""

    measure: Line
    why_not: Words


class Necessity(TaskData):
    aim: Words = ""
    alternatives: tuple[Alternative, ...] = ()
    who_where: Words = ""
    expected_intrusion: Words = ""
    proportionality: Words = ""


class Assessment(TaskData):
    """`kind` is a name of the profile's list; `sha256` of the document's file."""

    kind: Line
    reference: Line = ""
    version: Line = ""
    dated: Annotated[str, Field(max_length=10)] = ""
    sha256: Annotated[str, Field(max_length=64)] = ""


class Assessments(TaskData):
    assessments: tuple[Assessment, ...] = ()


class Mitigation(TaskData):
    """For one sensitive place, named by its row; `distance_m` as it was found."""

    place: Named
    kind: Line
    distance_m: Count
    mitigation: Words = ""


class SensitivePlaces(TaskData):
    """`zone` is the zone that was searched around: another zone makes the search stale."""

    zone: Ring = ()
    distance_m: Count | None = None
    places: tuple[Mitigation, ...] = ()


class Consultation(TaskData):
    dated: Annotated[str, Field(max_length=10)]
    with_whom: Line
    outcome: Words


class Community(TaskData):
    """`objection_addressed` answers a council that is on record against."""

    council_stance: Words = ""
    objection_addressed: Words = ""
    consultations: tuple[Consultation, ...] = ()


class Resources(TaskData):
    system: Named | None = None
    team: Named | None = None
    vehicle: Line = ""
    gold: Named | None = None
    silver: Named | None = None
    bronze: Named | None = None
    operators: tuple[Named, ...] = ()
    engagement: tuple[Named, ...] = ()

    @property
    def people(self) -> dict[int, Named]:
        """Everyone named, once."""
        commanders = [person for person in (self.gold, self.silver, self.bronze) if person]
        return {one.id: one for one in (*commanders, *self.operators, *self.engagement)}


class SignPoint(TaskData):
    code: Annotated[str, Field(max_length=8)]
    position: Position
    description: Line = ""


class Signs(TaskData):
    """`zone` is the zone they were planned around: another zone makes the plan stale.

    `uncovered_reason` answers approaches that pass no sign.
    """

    zone: Ring = ()
    signs: tuple[SignPoint, ...] = ()
    uncovered: tuple[Line, ...] = ()
    uncovered_reason: Words = ""


class Notice(TaskData):
    """What the public will read besides place and time."""

    text: Words = ""
    exception_reason: Words = ""


@dataclass(frozen=True)
class Task:
    """One line of the task list. `slug` is its part of an address."""

    name: str
    title: str
    schema: type[TaskData]

    @property
    def slug(self) -> str:
        return self.name.replace("_", "-")


TASKS: tuple[Task, ...] = (
    Task("use_case", "Use case", UseCase),
    Task("place", "Place", Place),
    Task("time", "Time", Time),
    Task("watchlist", "Watchlist composition", Watchlist),
    Task("necessity", "Necessity and proportionality", Necessity),
    Task("assessments", "Assessments", Assessments),
    Task("sensitive_places", "Sensitive places", SensitivePlaces),
    Task("community", "Council and community", Community),
    Task("resources", "Resources", Resources),
    Task("signs", "Signs", Signs),
    Task("notice", "Notice", Notice),
)
BY_NAME: Mapping[str, Task] = {task.name: task for task in TASKS}
BY_SLUG: Mapping[str, Task] = {task.slug: task for task in TASKS}


@dataclass(frozen=True)
class Draft:
    """All tasks, as they stand."""

    use_case: UseCase
    place: Place
    time: Time
    watchlist: Watchlist
    necessity: Necessity
    assessments: Assessments
    sensitive_places: SensitivePlaces
    community: Community
    resources: Resources
    signs: Signs
    notice: Notice


def read_draft(stored: Mapping[str, Any]) -> Draft:
    """The draft as it is stored; a task that was never saved is empty.

    Raises pydantic's ValidationError for what no task ever wrote.
    """
    tasks: dict[str, Any] = {
        task.name: task.schema.model_validate(stored.get(task.name, {})) for task in TASKS
    }
    return Draft(**tasks)
