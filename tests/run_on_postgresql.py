"""Run the tests marked `both_databases` on a PostgreSQL cluster started for the purpose.

    python -m tests.run_on_postgresql [pytest's arguments]

Plain pytest runs them on SQLite. Of those in a browser the mark is on what people do: widths, keys
and what axe finds are the same whatever the database.
"""

import os
import subprocess
import sys

from tests.services import BinaryMissing, missing_is_a_failure, postgresql


def main(arguments: list[str]) -> int:
    try:
        with postgresql.cluster() as url:
            command = [sys.executable, "-m", "pytest", "-m", "both_databases", *arguments]
            environment = os.environ | {"OVERT_DATABASE_URL": url}
            return subprocess.run(command, env=environment, check=False).returncode
    except BinaryMissing as missing:
        print(f"Not run on PostgreSQL: {missing}")
        return 1 if missing_is_a_failure() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
