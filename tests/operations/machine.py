"""A machine with Overt on it that can be lost and put back, by the words of docs/production.md."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

from tests.conftest import ROOT
from tests.faults.site import Site, site
from tests.hotspots.crimes.street import crime, write
from tests.services import postgresql

DOCUMENT = ROOT / "docs" / "production.md"
ROLES = ROOT / "docs" / "production" / "postgresql.sql"
# Longer than anything takes on a busy machine; nothing is measured by it.
PATIENCE_S = 120
_CHECKPOINT = """
import django; django.setup()
from django.utils import timezone
from overt.ledger.services import make_checkpoint
print(make_checkpoint(actor="command:test", now=timezone.now()).size)
"""


def drill(name: str) -> str:
    """The commands that the document gives under this name."""
    found = re.findall(rf"<!-- drill: {name} -->\n```sh\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    (commands,) = found
    return commands


class Server:
    """PostgreSQL with the roles and the database of the document."""

    def __init__(self, url: str) -> None:
        self.host = unquote(urlsplit(url).netloc.partition("@")[2])
        self.make()

    def url(self, role: str) -> str:
        return f"postgresql://{role}@/overt?host={self.host}"

    def make(self) -> None:
        self.run("--file", str(ROLES))

    def lose(self) -> None:
        self.run("--command", "DROP DATABASE overt WITH (FORCE)")
        self.run("--command", "DROP ROLE overt, overt_owner")

    def run(self, *arguments: str, role: str = "postgres", database: str = "postgres") -> str:
        done = subprocess.run(
            [
                *("psql", "--host", self.host, "--username", role, "--dbname", database),
                *("--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", *arguments),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


class Machine:
    def __init__(self, folder: Path, overt: Site, server: Server | None) -> None:
        self.folder, self.overt, self.server = folder, overt, server
        (folder / "elsewhere").mkdir()
        self.as_role("overt")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def as_role(self, role: str) -> None:
        if self.server is not None:
            self.overt.environment["OVERT_DATABASE_URL"] = self.server.url(role)

    def do(self, commands: str) -> "subprocess.CompletedProcess[str]":
        """Run what the document says, in the places of this machine."""
        for written, here in (
            ("https://overt.example.org", self.overt.origin),
            ("/srv/", f"{self.folder}/"),
            (".venv/bin/python", sys.executable),
        ):
            commands = commands.replace(written, here)
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=ROOT,
            env=self.overt.environment | {"OVERT_PYTHON": sys.executable},
            capture_output=True,
            text=True,
            check=False,
        )

    def work(self) -> None:
        """Somebody plans a deployment and imports crimes; a checkpoint is signed."""
        self.overt.prepare(sessions=1, starts_in_s=3600, lasts_s=3600)
        number = len(self.files())
        rows = [crime(crime_id=str(number), month=f"2024-{number + 1:02}")]
        write(self.folder / f"street{number}", rows, name=f"2024-{number + 1:02}-surrey-street.csv")
        self.overt.run("manage.py", "import_crimes", str(self.folder / f"street{number}"))
        self.overt.run("-c", _CHECKPOINT)

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.data)): path.read_bytes()
            for name in ("crimes", "files")
            for path in (self.data / name).rglob("*")
            if path.is_file()
        }

    def keys(self) -> dict[str, tuple[int, bytes]]:
        return {
            path.name: (path.stat().st_mode, path.read_bytes())
            for path in [*(self.data / "keys").rglob("*"), self.data / "secret-key"]
            if path.is_file() and path.parent.name != "systems"
        }

    def serve(self) -> None:
        self.overt.start("web")
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                urlopen(f"{self.overt.origin}/health/live", timeout=PATIENCE_S).close()
                return
            except URLError:
                assert time.monotonic() < until, self.overt.log("web")

    def lose(self) -> None:
        self.overt.close()
        shutil.rmtree(self.data)
        if self.server is not None:
            self.server.lose()
            self.server.make()


@contextmanager
def machine(folder: Path, kind: str) -> Iterator[Machine]:
    """Overt in use, on `kind`: sqlite or postgresql. Raises BinaryMissing."""
    if kind == "sqlite":
        with site(folder) as overt:
            yield Machine(folder, overt, None)
        return
    with postgresql.cluster() as url:
        server = Server(url)
        with site(folder, OVERT_DATABASE_URL=server.url("overt_owner")) as overt:
            yield Machine(folder, overt, server)
