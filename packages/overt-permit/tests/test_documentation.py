"""docs/permits.md says what the code does: its rules, its reasons, its program."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import overt_permit
import pytest
from overt_permit import guard, keys
from permit_making import PERMIT, SERVER, permit

SOURCE = Path(overt_permit.__file__).parent
PAGE = Path(__file__).parents[3] / "docs" / "permits.md"

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="docs/permits.md of Overt is not here")


@pytest.fixture
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def words(text: str) -> str:
    return " ".join(text.split())


def refusals() -> set[tuple[str, int]]:
    """Every reason that is written in the source, with the rule that it names."""
    found = set()
    for path in SOURCE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name not in ("Refused", "Answer", "_end"):
                continue
            given = [each.value for each in node.args if isinstance(each, ast.Constant)]
            reasons = [each for each in given if type(each) is str]
            rules = [each for each in given if type(each) is int]
            if reasons:
                found.add((reasons[0], rules[0] if rules else 0))
    return found


def test_the_rules_are_those_of_the_guard(page: str):
    documented = page.split("## The rules", 1)[1].split("\n\n", 2)[2].split("\n## ", 1)[0]
    rules = guard.__doc__.split("Rules\n", 1)[1].split("\n\n", 1)[0]
    assert words(documented) == words(rules.replace(" (`signing`, `keys`)", ""))


def test_every_reason_is_explained_with_its_rule(page: str):
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \| .+ \|$", page, re.M)
    documented = {(reason, int(rule)) for reason, rule in rows}
    assert len(rows) == len(documented)
    assert documented | {("permit-holds", 11)} == refusals()


def test_every_rule_refuses_something():
    assert {rule for _, rule in refusals()} == set(range(13))


def test_every_claim_is_explained(page: str):
    table = page.split("| claim | |", 1)[1].split("\n\n", 1)[0]
    claims = re.findall(r"`([a-z_]+)`(?:,| \|)", table)
    assert claims == list(PERMIT.__dataclass_fields__)


def test_the_program_reads_a_permit_and_refuses_a_changed_one(page: str):
    (program,) = re.findall(r"^```python\n(.*?)^```$", page, re.S | re.M)
    token, public = permit(), keys.public(SERVER)

    def run(given: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, given, public]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert PERMIT.manifest in run(token).stdout
    head, _, mark = token.split(".")
    other = permit(seq=2).split(".")[1]
    assert run(f"{head}.{other}.{mark}").returncode != 0
