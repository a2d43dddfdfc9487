"""A PostgreSQL cluster of its own: a new folder, a Unix socket in it, no port, no password."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from . import BinaryMissing


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster; yields the URL of its empty database `overt`, as OVERT_DATABASE_URL.

    PostgreSQL refuses to run as root, so that root runs it as `postgres`. Raises BinaryMissing.
    """
    programs = _programs()
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="overt-postgresql-") as name:
        folder = Path(name)
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        data = folder / "data"

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [programs / program, *arguments],
                check=True,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )

        run("initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -k {folder} -c fsync=off -c max_connections=50"
        run("pg_ctl", "start", "-w", "-D", str(data), "-l", str(folder / "log"), "-o", options)
        try:
            run("createdb", "-h", str(folder), "-U", "postgres", "overt")
            yield f"postgresql://postgres@{quote(str(folder), safe='')}/overt"
        finally:
            run("pg_ctl", "stop", "-w", "-D", str(data), "-m", "immediate")


def _programs() -> Path:
    """The folder of initdb and pg_ctl: on the PATH, or where Debian keeps its versions."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if not versions:
        raise BinaryMissing("initdb of PostgreSQL is not installed (`make setup-dev`).")
    return versions[-1].parent
