"""Overt on a machine that is lost, and on an empty one, by the words of docs/production.md.

The first is the test's own database with a data folder, so that work on it is done in this process;
the second is what the document has a person make: roles, database and folder, all empty.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from tests.config.serving import Server, production_server
from tests.config.test_settings import PRODUCTION
from tests.conftest import ROOT, environment_of_other_process

DOCUMENT = ROOT / "docs" / "production.md"
ROLES = ROOT / "docs" / "production" / "postgresql.sql"


def drill(name: str) -> str:
    """The commands that the document gives under this name."""
    found = re.findall(rf"<!-- drill: {name} -->\n```sh\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    (commands,) = found
    return commands


class Machine:
    """`folder` is /srv of the document; `data` is Overt's own."""

    def __init__(self, folder: Path, vendor: str) -> None:
        self.folder, self.vendor = folder, vendor
        self.data, self.elsewhere = folder / "data", folder / "elsewhere"
        self.data.mkdir()
        self.elsewhere.mkdir()
        self.origin = "https://overt.example.org"
        self._url = environment_of_other_process()["OVERT_DATABASE_URL"]
        self._is_first = True

    @property
    def backup(self) -> Path:
        (found,) = (self.folder / "backup").iterdir()
        return found

    def settings(self, role: str) -> dict[str, str]:
        return {"OVERT_DATA_DIR": str(self.data), "OVERT_DATABASE_URL": self._database(role)}

    def do(self, commands: str, *, role: str = "overt") -> "subprocess.CompletedProcess[str]":
        """Run what the document says, in the places of this machine."""
        for written, here in (
            # What nginx sets.
            ("curl ", "curl -H 'X-Forwarded-Proto: https' -H 'Host: overt.example.org' "),
            ("https://overt.example.org", self.origin),
            ("/srv/", f"{self.folder}/"),
            (".venv/bin/python", sys.executable),
        ):
            commands = commands.replace(written, here)
        clean = {name: value for name, value in os.environ.items() if name[:6] != "OVERT_"}
        clean.pop("DJANGO_SETTINGS_MODULE", None)
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=ROOT,
            env=clean | PRODUCTION | self.settings(role) | {"PYTHON": sys.executable},
            capture_output=True,
            text=True,
            check=False,
        )

    def follow(self, *names: str) -> str:
        """Do what the document says under these names, without a fault; what was said."""
        said = ""
        for name in names:
            done = self.do(drill(name))
            assert done.returncode == 0, done.stderr
            said += done.stdout
        return said

    def restore(self, *, checkpoint: str) -> "subprocess.CompletedProcess[str]":
        """By the document, as the owner of the tables, against this checkpoint from elsewhere."""
        written = drill("restore").replace("checkpoint.txt", checkpoint)
        return self.do(written, role="overt_owner")

    def serve(self) -> AbstractContextManager[Server]:
        return production_server(self.data, **self.settings("overt"))

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
            for path in (self.data / "keys").rglob("*")
            if path.is_file()
        }

    def fit_sums(self) -> None:
        """As somebody would who changed the backup."""
        lines = [
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  ./{path.relative_to(self.backup)}"
            for path in sorted(self.backup.rglob("*"))
            if path.is_file() and path.name != "SHA256SUMS"
        ]
        (self.backup / "SHA256SUMS").write_text("\n".join(lines) + "\n")

    def lose(self) -> None:
        """From here on it is another machine, and an empty one."""
        shutil.rmtree(self.data)
        self.data.mkdir()
        if self.vendor == "postgresql":
            self.drop()
            self._as_superuser("--file", str(ROLES))
        self._is_first = False

    def drop(self) -> None:
        """So that nothing of it is left in the cluster."""
        if self.vendor == "postgresql":
            self._as_superuser("--command", "DROP DATABASE IF EXISTS overt WITH (FORCE)")
            self._as_superuser("--command", "DROP ROLE IF EXISTS overt, overt_owner")

    def _database(self, role: str) -> str:
        if self._is_first:
            return self._url
        if self.vendor == "sqlite":
            return f"sqlite:///{self.data}/overt.sqlite3"
        return self._url.replace("postgres@", f"{role}@").rpartition("/")[0] + "/overt"

    def _as_superuser(self, *arguments: str) -> None:
        done = subprocess.run(
            [
                *("psql", "--dbname", self._url.rpartition("/")[0] + "/postgres"),
                *("--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", *arguments),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
