"""A policy with short times."""

import re
from pathlib import Path

from tests.conftest import ROOT


def write(folder: Path, *, permit_seconds: int, clock_skew_seconds: int) -> None:
    """Put the default profile into `folder`, with these times."""
    text = (ROOT / "data" / "policy" / "met-2024-09.toml").read_text(encoding="utf-8")
    for name, value in (
        ("permit_seconds", permit_seconds),
        ("clock_skew_seconds", clock_skew_seconds),
    ):
        text, count = re.subn(
            rf"(?m)^{name} = \{{ value = \d+,", f"{name} = {{ value = {value},", text
        )
        assert count == 1, name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "met-2024-09.toml").write_text(text, encoding="utf-8")
