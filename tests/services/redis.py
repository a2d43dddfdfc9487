"""A Redis server of its own, on a free port of this machine."""

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import BinaryMissing


class Server:
    """Keeps nothing on disk, so that it comes back empty. Raises BinaryMissing."""

    def __init__(self, folder: Path, *, listen: str = "127.0.0.1") -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise BinaryMissing("redis-server is not installed (`make setup-dev`).")
        with socket.socket() as probe:
            probe.bind((listen, 0))
            port = probe.getsockname()[1]
        self._command = [
            *(program, "--bind", listen, "--port", str(port)),
            *("--save", "", "--dir", str(folder), "--protected-mode", "no"),
        ]
        self.url = f"redis://{listen}:{port}/0"
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if "Ready to accept connections" in line:
                return
        raise RuntimeError("redis-server stopped before it was ready")

    def kill(self) -> None:
        """`kill -9`."""
        self._process.kill()
        self._end()

    def stop(self) -> None:
        self._process.terminate()
        self._end()

    def _end(self) -> None:
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def running(*, listen: str = "127.0.0.1") -> Iterator[Server]:
    """A server that is gone afterwards. Raises BinaryMissing."""
    with tempfile.TemporaryDirectory(prefix="overt-redis-") as folder:
        made = Server(Path(folder), listen=listen)
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def server() -> Iterator[str]:
    """A running server; yields its URL. Raises BinaryMissing."""
    with running() as made:
        yield made.url
