"""gunicorn with the whole product, on a free port of this machine."""

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.request import urlopen

READY_WITHIN_S = 120


@contextmanager
def gunicorn(environment: Mapping[str, str]) -> Iterator[str]:
    """Yields the server's origin, once a worker has answered."""
    with socket.create_server(("127.0.0.1", 0)) as listening, tempfile.TemporaryFile("w+") as said:
        # The socket is there already: whoever connects waits until a worker has loaded the product.
        command = [sys.executable, "-m", "gunicorn", "overt.config.wsgi", "--threads=4"]
        command += [f"--bind=fd://{listening.fileno()}"]
        with subprocess.Popen(
            command,
            env=dict(environment) | {"DJANGO_SETTINGS_MODULE": "tests.browser.settings"},
            pass_fds=[listening.fileno()],
            stdout=said,
            stderr=said,
        ) as process:
            origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
            # Only gunicorn holds it now: should that stop, nobody waits.
            listening.close()
            try:
                urlopen(f"{origin}/", timeout=READY_WITHIN_S).close()
            except OSError as error:
                said.seek(0)
                raise RuntimeError(f"gunicorn does not answer:\n{said.read()}") from error
            else:
                yield origin
            finally:
                process.terminate()
