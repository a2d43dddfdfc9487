"""A Redis server of its own, on a free port of this machine."""

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from . import BinaryMissing


@contextmanager
def server() -> Iterator[str]:
    """Start a server that keeps nothing on disk; yields its URL. Raises BinaryMissing."""
    program = shutil.which("redis-server")
    if program is None:
        raise BinaryMissing("redis-server is not installed (`make setup-dev`).")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (
        tempfile.TemporaryDirectory(prefix="overt-redis-") as folder,
        subprocess.Popen(
            [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", folder],
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if "Ready to accept connections" in line:
                    break
            else:
                raise RuntimeError("redis-server stopped before it was ready")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
