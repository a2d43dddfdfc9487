"""The list of deployments, and the lists that a form chooses from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import F, OrderBy, Q
from django.utils import timezone

from overt.accounts.models import Rank, User
from overt.deployments import states
from overt.deployments.application.tasks import Named
from overt.deployments.models import Deployment, System, Team
from overt.hotspots.models import Analysis, Area
from overt.hotspots.models.analyses import State
from overt.hotspots.models.areas import AreaKind

PER_PAGE = 50
SORTS: Mapping[str, str] = {
    "newest": "Begun last first",
    "start": "Start, latest first",
    "soonest": "Start, earliest first",
    "changed": "State changed last first",
    "reference": "Reference",
}
_ORDERS: Mapping[str, tuple[str | OrderBy, ...]] = {
    "newest": ("-created_at", "-pk"),
    "start": (F("starts_at").desc(nulls_last=True), "-pk"),
    "soonest": (F("starts_at").asc(nulls_last=True), "pk"),
    "changed": ("-state_at", "-pk"),
    "reference": ("reference",),
}


@dataclass(frozen=True)
class Filter:
    """What of the list is wanted; what is not known is as if it were not given.

    `borough` is the number of a row; `text` is looked for in reference and title.
    """

    state: str = ""
    borough: str = ""
    use_case: str = ""
    text: str = ""
    sort: str = "newest"

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Filter":
        """From the parameters of an address."""
        borough, sort = given.get("borough", ""), given.get("sort", "")
        return cls(
            state=given.get("state", "") if given.get("state") in states.LABELS else "",
            borough=borough
            if borough.isascii() and borough.isdigit() and len(borough) < 10
            else "",
            use_case=given.get("use_case", "")[:60].replace("\0", ""),
            text=given.get("text", "")[:100].replace("\0", "").strip(),
            sort=sort if sort in SORTS else "newest",
        )

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.state or self.borough or self.use_case or self.text)


def page(wanted: Filter, number: str | int | None) -> Page[Deployment]:
    """One page of the list, in two queries whatever its length."""
    # The draft, which is long, and the boundary of the borough stay where they are.
    found = Deployment.objects.select_related("borough", "created_by").only(
        "reference",
        "state",
        "state_at",
        "title",
        "use_case",
        "starts_at",
        "ends_at",
        "created_at",
        "borough__name",
        "created_by__username",
        "created_by__first_name",
        "created_by__last_name",
    )
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.borough:
        found = found.filter(borough_id=int(wanted.borough))
    if wanted.use_case:
        found = found.filter(use_case=wanted.use_case)
    if wanted.text:
        words = Q(reference__icontains=wanted.text) | Q(title__icontains=wanted.text)
        found = found.filter(pk__in=Deployment.objects.filter(words).order_by().values("pk"))
    return Paginator(found.order_by(*_ORDERS[wanted.sort]), PER_PAGE).get_page(number)


def boroughs_used() -> list[Named]:
    """The boroughs that any deployment names, by name."""
    used = Deployment.objects.filter(borough__isnull=False).values("borough")
    rows = Area.objects.filter(pk__in=used).order_by("name").values_list("pk", "name")
    return [Named(id=pk, name=name) for pk, name in rows]


def use_cases_used() -> list[str]:
    """The keys of the use cases that any deployment names."""
    return list(
        Deployment.objects.exclude(use_case="")
        .order_by("use_case")
        .values_list("use_case", flat=True)
        .distinct()
    )


def people(*, role: str = "") -> list[Named]:
    """Accounts in use, by name, each with its rank; only those of `role` where given."""
    found = User.objects.filter(is_active=True)
    if role:
        found = found.filter(groups__name=role)
    found = found.order_by("first_name", "last_name", "username")
    return [
        Named(id=user.pk, name=f"{user.shown_name}, {Rank(user.rank).label}"[:200])
        for user in found
    ]


def systems() -> list[Named]:
    """Systems in use."""
    rows = System.objects.filter(is_active=True).values_list("pk", "name")
    return [Named(id=pk, name=name) for pk, name in rows]


def teams() -> list[Named]:
    """Teams in use."""
    rows = Team.objects.filter(is_active=True).values_list("pk", "name")
    return [Named(id=pk, name=name) for pk, name in rows]


def boroughs() -> list[Named]:
    """The boroughs whose current boundary is imported."""
    rows = Area.objects.filter(kind=AreaKind.BOROUGH, is_current=True).order_by("name")
    return [Named(id=pk, name=name) for pk, name in rows.values_list("pk", "name")]


@dataclass(frozen=True)
class ListedAnalysis:
    """An analysis that a place can rest on."""

    pk: int
    name: str
    digest: str
    finished_at: datetime

    def words(self, now: datetime, oldest: int) -> str:
        """Name, day and age; `oldest` is the age in days that the policy allows."""
        finished = timezone.localtime(self.finished_at).date()
        age = (timezone.localtime(now).date() - finished).days
        late = f", older than the {oldest} days that the policy allows" if age > oldest else ""
        days = "today" if age == 0 else f"{age} day{'' if age == 1 else 's'} old"
        return f"{self.name}: {days}{late}"


def analyses_for(borough: int | None, *, pk: int | None = None) -> list[ListedAnalysis]:
    """The analyses of a borough that are done, newest first; or the one `pk`."""
    found = Analysis.objects.filter(state=State.DONE).select_related("area")
    if pk is not None:
        found = found.filter(pk=pk)
    elif borough is None:
        return []
    else:
        # The boundary may have been replaced since: the same borough under another row.
        name = Area.objects.filter(pk=borough).values("name")
        found = found.filter(area__kind=AreaKind.BOROUGH, area__name__in=name)
    rows = found.order_by("-finished_at").values_list("pk", "area__name", "digest", "finished_at")
    return [
        ListedAnalysis(key, f"{area}, {_day(at)}, digest {digest[:12]}", digest, at)
        for key, area, digest, at in rows[:50]
        if at is not None
    ]


def _day(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.day} {local:%B %Y}"
