"""A web server of Overt in production, as it is documented, on a port of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tests.conftest import ROOT

from .test_settings import PRODUCTION

# Longer than anything takes on a busy machine; nothing is measured by it.
PATIENCE_S = 120


class Server:
    def __init__(self, port: int, log: Path) -> None:
        self.port, self._log = port, log

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and body."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        found = response.status, response.read().decode()
        connection.close()
        return found

    def send(self, raw: bytes) -> bytes:
        """What is answered to bytes that need not be HTTP."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as client:
            client.sendall(raw)
            return client.recv(4096)

    def log(self) -> str:
        return self._log.read_text()


@contextmanager
def production_server(folder: Path, **settings: str) -> Iterator[Server]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("OVERT_") and name != "DJANGO_SETTINGS_MODULE"
    }
    environment |= PRODUCTION | {"OVERT_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)} | settings
    log = folder / "web.log"
    with socket.socket() as listening, log.open("ab") as output:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "overt.config.wsgi"),
                *("--config", "python:overt.config.gunicorn"),
                *("--bind", f"fd://{listening.fileno()}"),
            ],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[listening.fileno()],
        )
        try:
            yield Server(listening.getsockname()[1], log)
        finally:
            process.terminate()
            process.wait(PATIENCE_S)
