"""manage.py analyse AREA --out DIR: find a borough's hotspots and write the evidence."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from overt.accounts.actors import Actor
from overt.hotspots.crimes.categories import CATEGORIES
from overt.hotspots.models import Analysis, Area
from overt.hotspots.models.analyses import State
from overt.hotspots.models.areas import AreaKind
from overt.hotspots.selectors.areas import current_area, current_areas
from overt.hotspots.services import analyses, jobs
from overt.hotspots.services.analyses import AnalysisRefused, Request
from overt.hotspots.services.evidence import write_evidence
from overt.policy import profiles
from overt.policy.profiles import Profile, ProfileError

_COLUMNS = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()

# Longer than any step of an analysis, and than a lost job takes to be found again.
_PATIENCE_S = 120.0

# Options that have another name than the field of the form.
_OPTIONS = {"forces": "force"}


class Command(BaseCommand):
    help = (
        "Analyse an area's crime data for hotspots as the policy profile defines them, and write "
        "analysis.json, hotspots.geojson, hotspots.csv, map.html and evidence.pdf. "
        "With --all, one analysis of every area of a kind, a task each for as many workers as "
        "there are; with --out too, wait for them and write each area's evidence to a folder."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("area", nargs="?", help="the area's name, such as Croydon")
        parser.add_argument(
            "--kind",
            default=AreaKind.BOROUGH.value,
            choices=AreaKind.values,
            help="what the area is (default: %(default)s)",
        )
        parser.add_argument("--all", action="store_true", help="every area of the kind")
        parser.add_argument("--policy", help="policy profile; the active one when left out")
        parser.add_argument(
            "--force", action="append", default=[], help="force whose data to use; repeatable"
        )
        parser.add_argument("--until", default="", help="last month, YYYY-MM; the latest there is")
        parser.add_argument("--months", type=int, help="length of the window; the policy's")
        parser.add_argument(
            "--categories",
            nargs="+",
            default=[],
            metavar="CATEGORY",
            help=f"categories to count, in quotes; all when left out: {', '.join(CATEGORIES)}",
        )
        parser.add_argument("--out", type=Path, help="folder to write the evidence to")
        parser.add_argument(
            "--here", action="store_true", help="with --all: run them in this process, one by one"
        )
        parser.add_argument("--quiet", action="store_true", help="print errors only")

    def handle(self, *args: Any, **options: Any) -> None:
        self.console = Console(quiet=options["quiet"])
        self.actor = Actor.of_command("analyse")
        try:
            profile = profiles.load(options["policy"])
        except ProfileError as problem:
            raise CommandError(str(problem)) from None
        wanted = Request(
            forces=tuple(options["force"]),
            categories=tuple(options["categories"]),
            until=options["until"],
            months=options["months"],
        )
        if options["all"] == bool(options["area"]):
            raise CommandError("Name one area, or give --all.")
        if options["all"]:
            self._analyse_all(options, wanted, profile)
        else:
            self._analyse_one(options, wanted, profile)

    def _analyse_one(self, options: dict[str, Any], wanted: Request, profile: Profile) -> None:
        if options["out"] is None:
            raise CommandError("Say where to write the evidence: --out DIR.")
        area = current_area(options["kind"], options["area"])
        if area is None:
            raise CommandError(self._unknown(options["kind"], options["area"]))
        self._make_folder(options["out"])
        analysis = self._run(self._request(area, wanted, profile))
        if analysis.state == State.FAILED:
            raise CommandError(analysis.error)
        self._say(analysis)
        for path in self._write(analysis, options["out"]):
            self.console.print(f"  wrote {path}", highlight=False)
        if analysis.state == State.REFUSED:
            raise CommandError(f"Refused: {analysis.summary['refusal']}")

    def _analyse_all(self, options: dict[str, Any], wanted: Request, profile: Profile) -> None:
        areas = current_areas(options["kind"])
        if not areas:
            raise CommandError(self._unknown(options["kind"], ""))
        folder: Path | None = options["out"]
        if folder is not None:
            self._make_folder(folder)
        queued = self._queue(areas, wanted, profile)
        answered: Iterable[Analysis]
        if options["here"]:
            answered = map(self._run, queued)
        else:
            for analysis in queued:
                jobs.send(analysis=analysis)
            if folder is None:
                self.console.print(f"{len(queued)} analyses queued for the workers.")
                return
            answered = self._wait(queued)
        failed = []
        for analysis in answered:
            if analysis.state == State.FAILED:
                failed.append(f"{analysis.area.name}: {analysis.error}")
                continue
            self._say(analysis)
            if folder is not None:
                self._write(analysis, folder / _folder_name(analysis))
        if failed:
            raise CommandError("; ".join(failed))

    def _queue(self, areas: list[Area], wanted: Request, profile: Profile) -> list[Analysis]:
        queued = []
        for area in areas:
            try:
                analysis = analyses.request(
                    area=area, wanted=wanted, profile=profile, actor=self.actor, now=timezone.now()
                )
            except AnalysisRefused as problem:
                self.console.print(f"{area.name}: left out. {problem}", highlight=False)
            else:
                queued.append(analysis)
        if not queued:
            raise CommandError("None of the areas could be analysed.")
        return queued

    def _wait(self, queued: list[Analysis]) -> Iterator[Analysis]:
        """Each analysis as a worker ends it. An error when no worker stirs for long."""
        waiting = {analysis.pk for analysis in queued}
        pause = Event()
        stirred, last = monotonic(), None
        with Progress(*_COLUMNS, console=self.console, transient=True) as bar:
            task = bar.add_task("Workers", total=100 * len(waiting))
            while waiting:
                rows = Analysis.objects.filter(pk__in=waiting)
                ended = list(
                    rows.filter(state__in=[State.DONE, State.REFUSED, State.FAILED])
                    .select_related("area")
                    .order_by("pk")
                )
                waiting -= {analysis.pk for analysis in ended}
                yield from ended
                state = list(rows.order_by("pk").values_list("pk", "attempt", "progress"))
                percent = sum(progress for _, _, progress in state)
                bar.update(task, completed=100 * (len(queued) - len(waiting)) + percent)
                if state != last:
                    stirred, last = monotonic(), state
                elif monotonic() - stirred > _PATIENCE_S:
                    raise CommandError(
                        f"No worker has moved any of the {len(waiting)} analyses left for "
                        f"{_PATIENCE_S:.0f} seconds. Start one, "
                        "celery -A overt.config worker -Q analysis,default, or use --here."
                    )
                pause.wait(0.5)

    @staticmethod
    def _make_folder(folder: Path) -> None:
        """Before the work, so that it is not done for nothing."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise CommandError(f"--out {folder}: {problem.strerror}.") from None

    @staticmethod
    def _write(analysis: Analysis, folder: Path) -> list[Path]:
        try:
            return write_evidence(analysis=analysis, folder=folder)
        except OSError as problem:
            raise CommandError(f"--out {folder}: {problem.strerror}.") from None

    def _request(self, area: Area, wanted: Request, profile: Profile) -> Analysis:
        try:
            return analyses.request(
                area=area, wanted=wanted, profile=profile, actor=self.actor, now=timezone.now()
            )
        except AnalysisRefused as problem:
            option = _OPTIONS.get(problem.field, problem.field)
            raise CommandError(f"{problem} (--{option})" if option else str(problem)) from None

    def _run(self, analysis: Analysis) -> Analysis:
        with Progress(*_COLUMNS, console=self.console, transient=True) as bar:
            task = bar.add_task(analysis.area.name, total=100)

            def show(percent: int, stage: str) -> None:
                bar.update(task, completed=percent, description=f"{analysis.area.name}: {stage}")

            done = analyses.run(
                analysis_id=analysis.pk, actor=self.actor, clock=timezone.now, watch=show
            )
        if done is None:
            raise CommandError(f"Analysis {analysis.pk} was taken over by a worker.")
        return done

    def _say(self, analysis: Analysis) -> None:
        summary = analysis.summary
        if analysis.state == State.REFUSED:
            self.console.print(f"[yellow]{analysis.area.name}[/]: refused. {summary['refusal']}")
        else:
            self.console.print(
                f"{analysis.area.name}: {summary['hot']} of {summary['cells']} hexagons are upper "
                f"quartile, {summary['robust']} of them robust, {summary['rising']} rising; "
                f"{summary['crimes']:,} crimes in {summary['months']} months.",
                highlight=False,
            )
        self.console.print(f"  digest {analysis.digest}", highlight=False)

    @staticmethod
    def _unknown(kind: str, name: str) -> str:
        known = [area.name for area in current_areas(kind)]
        if not known:
            return (
                f"No {kind} boundaries are imported. Import some first: "
                f"manage.py import_areas FILE --kind {kind} --name-field FIELD."
            )
        return f"No {kind} called {name!r} is imported; there is: {', '.join(known)}."


def _folder_name(analysis: Analysis) -> str:
    """The area's name, where that names a folder inside the one that was given."""
    name = analysis.area.name
    plain = re.sub(r"[/\\:]", "-", name).strip(". ")
    return name if plain == name else f"{plain or 'area'} {analysis.digest[:8]}"
