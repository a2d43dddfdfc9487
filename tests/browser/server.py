"""gunicorn with the whole product, on a free port of this machine."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

LISTENING = re.compile(r"Listening at: (http://127\.0\.0\.1:[0-9]+)")


@contextmanager
def gunicorn(environment: Mapping[str, str]) -> Iterator[str]:
    """Yields the server's origin, once a worker has loaded the product."""
    command = [sys.executable, "-m", "gunicorn", "overt.config.wsgi", "--bind=127.0.0.1:0"]
    # Preloaded, so that what it says last before it serves is that it listens.
    command += ["--preload", "--threads=4", "--log-level=info"]
    with subprocess.Popen(
        command,
        env=dict(environment) | {"DJANGO_SETTINGS_MODULE": "tests.browser.settings"},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = []
        try:
            for line in process.stderr:
                said.append(line)
                if found := LISTENING.search(line):
                    break
            else:
                raise RuntimeError(f"gunicorn stopped before it was ready:\n{''.join(said)}")
            # gunicorn says little more; a pipe holds it.
            yield found.group(1)
        finally:
            process.terminate()
