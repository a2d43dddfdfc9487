"""`manage.py demo`: everything that it takes to see Overt at work on this machine."""

import fcntl
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console, Group
from rich.panel import Panel
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table

from overt.accounts.actors import Actor
from overt.config.demo import deployments, live, logins, material, setup
from overt.config.demo.processes import (
    HOST,
    Child,
    ProcessError,
    StopRequested,
    free_port,
    keep_running,
    stop_all,
    wait_until,
)
from overt.config.env import DATA_DIR, PRODUCTION, ROOT
from overt.hotspots.areas.source import SourceError
from overt.hotspots.services import crimes
from overt.hotspots.storage import StorageFull, StoredFileChanged
from overt.policy.profiles import ProfileError

DEFAULT_PORT = 8000
# A cold start on a small, busy machine.
_ANSWERS_WITHIN_S = 90


class Command(BaseCommand):
    help = (
        "Set up and run Overt on this machine: on an invented borough, or on crime files and a "
        "boundary that are given. Never in production."
    )
    # The checks look at the database, which the demo is about to make.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, help="street-level crime files (with --boundary)")
        parser.add_argument("--boundary", type=Path, help="GeoJSON of boroughs (with --data)")
        parser.add_argument(
            "--port", type=int, help=f"port of the web server (default: {DEFAULT_PORT}, or near it)"
        )
        parser.add_argument(
            "--no-serve", action="store_true", help="set everything up, start nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.console = Console(highlight=False)
        data, boundary = options["data"], options["boundary"]
        if PRODUCTION:
            raise CommandError(
                "The demo makes accounts and invented crimes: it does not run with "
                "OVERT_MODE=production."
            )
        if (data is None) != (boundary is None):
            raise CommandError("Give both: crime files (DATA) and borough boundaries (BOUNDARY).")
        try:
            with self._alone() as lock:
                port = None if options["no_serve"] else self._port(options["port"])
                shown, accounts, ready = self._set_up(data, boundary)
                if port is None:
                    self.console.print("Set up. Start it without --no-serve.")
                else:
                    self._serve(port, shown, accounts, ready, lock)
        except crimes.BadFiles as bad:
            first = bad.errors[0]
            more = f" ({len(bad.errors) - 1} more files have errors)" if bad.errors[1:] else ""
            raise CommandError(f"{first} Nothing was imported.{more}") from bad
        except (ProcessError, SourceError, StorageFull, StoredFileChanged, ProfileError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as stop:
            raise CommandError("Stopped. Run it again to go on.", returncode=130) from stop

    def _set_up(
        self, data: Path | None, boundary: Path | None
    ) -> tuple[material.Material, list[logins.Login], setup.Ready]:
        self._require_assets()
        self._say("Database")
        call_command("migrate", verbosity=0, interactive=False)
        accounts = logins.ensure(DATA_DIR, actor=Actor.of_command("demo"), now=timezone.now())
        if data is None or boundary is None:
            self._say("Sample: an invented borough and its neighbours")
            shown = material.sample(DATA_DIR / "sample")
        else:
            shown = material.given(data, boundary)
        with self._progress() as progress:
            ready = setup.load(shown, say=self._say, progress=progress)
        if shown.invented and shown.analyse:
            deployments.ensure(
                shown.analyse[0],
                people=logins.accounts(accounts),
                say=self._say,
                now=timezone.now(),
            )
        return shown, accounts, ready

    def _serve(
        self,
        port: int,
        shown: material.Material,
        accounts: list[logins.Login],
        ready: setup.Ready,
        lock: int,
    ) -> None:
        env = dict(os.environ)
        if shown.force_name is not None:
            env.setdefault("OVERT_FORCE_NAME", shown.force_name)
        web = self._child("web server", _web(port), env, lock)
        children = [web, self._child("worker", _worker(), env, lock)]
        address = f"http://{HOST}:{port}/"
        stop = StopRequested()
        with stop.listening():
            try:
                for child in children:
                    child.start()
                self._note_processes(children)
                wait_until(
                    lambda: _answers(address), child=web, seconds=_ANSWERS_WITHIN_S, stop=stop
                )
                now = timezone.now()
                if not stop:
                    children += self._system(address, env, lock, now)
                    self._note_processes(children)
                    self._show_box(address, shown, accounts, ready)
                steward = live.Steward(logins.accounts(accounts).get("operator"), now=now)

                def look() -> None:
                    self._note_processes(children)
                    steward.look(now=timezone.now())

                keep_running(children, stop=stop, say=self._say, each_look=look)
            finally:
                self.console.print("Stopping ...")
                stop_all(children, stop=stop)
        self.console.print("Stopped. Everything is kept; start it again with the same command.")

    def _system(self, address: str, env: dict[str, str], lock: int, now: datetime) -> list[Child]:
        """The system of the deployment of this moment, started; none where there is none."""
        deployment = live.under_way(now=now)
        argv = live.command(deployment, server=address) if deployment is not None else None
        if argv is None:
            return []
        child = self._child("simulated system", argv, env, lock)
        child.may_end = True
        child.start()
        return [child]

    def _child(self, name: str, argv: list[str], env: dict[str, str], lock: int) -> Child:
        log = DATA_DIR / "logs" / f"{name.replace(' ', '-')}.log"
        return Child(name=name, argv=argv, env=env, log=log, keep_open=(lock,))

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """Hold the data folder for one demo. The children hold it too, so that one that was left
        behind when its demo was killed is noticed."""
        path = DATA_DIR / "demo.lock"
        with path.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                lock.seek(0)
                raise ProcessError(
                    f"A demo runs on {DATA_DIR} already ({lock.read().strip() or 'setting up'}): "
                    "stop it first, or set OVERT_DATA_DIR to another folder."
                ) from error
            self._lock = lock
            lock.truncate(0)
            yield lock.fileno()

    def _note_processes(self, children: list[Child]) -> None:
        """Keep the numbers of the running processes in the lock file, for people and tests."""
        running = {"demo": os.getpid()} | {
            child.name: child.process.pid for child in children if child.process is not None
        }
        text = ", ".join(f"{name}: process {pid}" for name, pid in running.items()) + "\n"
        self._lock.seek(0)
        if self._lock.read() != text:
            self._lock.truncate(0)
            self._lock.write(text)
            self._lock.flush()

    def _port(self, asked: int | None) -> int:
        port = free_port(DEFAULT_PORT if asked is None else asked, exactly=asked is not None)
        if asked is None and port != DEFAULT_PORT:
            self._say(f"Port {DEFAULT_PORT} is taken; using {port}")
        return port

    def _require_assets(self) -> None:
        manifest = settings.STATIC_ROOT / "staticfiles.json"
        if isinstance(staticfiles_storage, ManifestFilesMixin) and not manifest.is_file():
            raise ProcessError("The pages' styles and scripts are not built: run `make setup`.")

    def _show_box(
        self,
        address: str,
        shown: material.Material,
        accounts: list[logins.Login],
        ready: setup.Ready,
    ) -> None:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        for column in ("Role", "Username", "Password", "Code"):
            table.add_column(column, no_wrap=True)
        for login in accounts:
            code = "asked for" if login.needs_code else ""
            table.add_row(login.role, login.username, login.password, code)
        place = f"choose {ready.analysed[0]}" if ready.analysed else "ask for a new analysis"
        steps = [
            "1. Sign in as analyst.",
            f"2. Open Analyses and {place}: map, ranks, reasons.",
            "3. Open Data: what is there, and what is missing.",
            "4. Open Borough comparison: counts, rates, and what a claim rests on.",
            "5. Open Ledger: who did what, in a chain of hashes.",
        ]
        if shown.invented:
            steps.append("6. Open Deployments: one in each state, with its signs and its papers.")
            steps.append("7. Open Calendar: what holds which van and whom, and when.")
            steps.append("8. Open Sessions: one is live, run by a system that draws numbers.")
            steps.append("9. Sign in as operator: complete what became of an alert, or stop it.")
        notes = ["A code for USERNAME: .venv/bin/python manage.py totp_code USERNAME"]
        notes += [f"Logins are kept in {DATA_DIR / logins.FILE_NAME}", "Ctrl-C stops everything."]
        if shown.invented:
            notes.insert(0, "All of this is invented. No such place exists.")
        self.console.print(
            Panel(
                Group(f"[bold]{address}[/bold]\n", table, "", *steps, "", *notes),
                title="Overt demo",
                expand=False,
                padding=(1, 2),
            )
        )

    def _say(self, text: str) -> None:
        self.console.print(f"  {text}", soft_wrap=True)

    @contextmanager
    def _progress(self) -> Iterator[crimes.Progress]:
        columns = (TextColumn("  {task.description}"), BarColumn(), DownloadColumn())
        live = self.console.is_terminal
        with Progress(*columns, console=self.console, transient=True, disable=not live) as bar:
            task = bar.add_task("Crime files", total=None)

            def show(done: int, total: int, name: str) -> None:
                bar.update(task, completed=done, total=total, description=name or "Registering")

            yield show


def _web(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "overt.config.wsgi"),
        *("--chdir", str(ROOT), "--bind", f"{HOST}:{port}"),
        *("--preload", "--workers", "2", "--threads", "4", "--no-control-socket"),
    ]


def _worker() -> list[str]:
    # The schedule runs inside the worker, as there is only one; for the same reason there is
    # nobody to gossip with.
    return [
        *(sys.executable, "-m", "celery", "--app", "overt.config", "--workdir", str(ROOT)),
        *("worker", "--queues", "recognition,gpu,analysis,default"),
        *("--concurrency", str(_concurrency())),
        *("--beat", "--loglevel", "INFO", "--without-gossip", "--without-mingle"),
        *("--without-heartbeat",),
    ]


def _concurrency() -> int:
    # One look after a session takes its worker for half a minute, and waits most of it.
    return max(3, min(4, (os.cpu_count() or 2) - 1))


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as response:  # noqa: S310
            return bool(response.status == 200)
    except (URLError, TimeoutError, ConnectionError):
        return False
