"""manage.py verify_analysis FILE: recompute an analysis and say whether it is the same."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from overt.hotspots.selectors.claimed import NotVerifiable
from overt.hotspots.selectors.verification import verify
from overt.hotspots.storage import StoredFileChanged


class Command(BaseCommand):
    help = (
        "Recompute an analysis.json from the imported crime files and say whether every byte is "
        "the same, or where it differs. Exit code 0 only when identical."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="an analysis.json")
        parser.add_argument(
            "--source",
            type=Path,
            help="folder with the original crime files, to check their sha256 too",
        )
        parser.add_argument("--quiet", action="store_true", help="print errors only")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as problem:
            raise CommandError(f"{path}: cannot be read: {problem.strerror}.") from None
        source: Path | None = options["source"]
        if source is not None and not source.is_dir():
            raise CommandError(f"{source} is no folder.")
        try:
            answer = verify(content, sources=source)
        except (NotVerifiable, StoredFileChanged) as problem:
            raise CommandError(f"{path.name}: {problem}.".replace("..", ".")) from None
        if answer.is_identical:
            if not options["quiet"]:
                self.stdout.write(f"{path.name}: identical. Digest {answer.digest}.")
            return
        if answer.software:
            self.stderr.write("Other software: " + "; ".join(answer.software))
        if not answer.differences:
            raise CommandError(
                f"{path.name}: the findings are identical, the software versions are not, "
                "so the digest differs."
            )
        raise CommandError(f"{path.name}: differs at " + "; ".join(answer.differences))
