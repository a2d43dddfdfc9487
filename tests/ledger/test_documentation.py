"""The lines of Python in docs/ledger.md, run as a stranger would run them."""

import subprocess
import sys

import pytest

from overt.ledger import selectors
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db


def test_the_check_by_oneself_says_what_was_signed_and_refuses_the_rest(
    append, checkpoint, tmp_path
):
    append()
    note = checkpoint().note
    page = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
    program = page.partition("```python\n")[2].partition("```")[0]
    key = str(selectors.key_in_force())
    other = key[:-6] + ("AAAAAA" if key[-6:] != "AAAAAA" else "BBBBBB")

    def run(text: str, key: str) -> subprocess.CompletedProcess[str]:
        path = tmp_path / "kept.txt"
        path.write_text(text, encoding="utf-8", newline="")
        return subprocess.run(
            [sys.executable, "-c", program, str(path), key],
            capture_output=True,
            text=True,
            check=False,
        )

    assert run(note, key).stdout.startswith("Signed: localhost/ledger 2 ")
    assert run(note.replace("\n2\n", "\n3\n"), key).returncode != 0
    assert run(note, other).returncode != 0
