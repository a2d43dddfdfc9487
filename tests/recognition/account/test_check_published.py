"""`manage.py check_published`, as it is run."""

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

HEADER = "Date,Deployment Location,Total Alerts,True Alerts Confirmed,False alerts,Faces seen\n"
CLEAN = HEADER + "2025-01-06,Here,3,2,1,5000\n2025-01-08,There,0,0,0,4000\n"
WRONG = HEADER + "2025-01-06,Here,3,2,2,5000\n2025-01-08,There,9,9,0,4\n"


@pytest.fixture
def checked(tmp_path):
    """Runs the command on a file that holds this; gives its exit code and what it wrote."""

    def check(content, *arguments):
        file = tmp_path / "published.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        out = io.StringIO()
        try:
            call_command("check_published", str(file), *arguments, stdout=out)
        except SystemExit as ended:
            return ended.code, out.getvalue()
        return 0, out.getvalue()

    return check


def test_a_table_that_agrees_ends_with_0(checked):
    assert checked(CLEAN) == (0, "2 rows: nothing found.\n")


def test_what_is_found_is_listed_with_its_row_and_ends_with_1(checked):
    code, text = checked(WRONG)
    assert code == 1
    assert text.splitlines() == [
        "wrong: alerts-do-not-sum: row 2 (Total Alerts, True Alerts Confirmed, False alerts)",
        "  2 true and 2 false alerts make 4, not 3.",
        "wrong: faces-fewer-than-alerts: row 3 (Faces seen, Total Alerts)",
        "  9 alerts among 4 faces seen.",
        "2 rows: 2 found (2 wrong).",
    ]


def test_json_is_a_list_of_all(checked):
    code, text = checked(WRONG, "--json")
    assert code == 1
    assert json.loads(text)[1] == {
        "name": "faces-fewer-than-alerts",
        "severity": "wrong",
        "rows": [3],
        "columns": ["Faces seen", "Total Alerts"],
        "sentence": "9 alerts among 4 faces seen.",
    }
    assert checked(CLEAN, "--json") == (0, "[]\n")


def test_quiet_tells_by_the_exit_code_alone(checked):
    assert checked(CLEAN, "--quiet") == (0, "")
    assert checked(WRONG, "--quiet", "--json") == (1, "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "It is empty; save the table"),
        (b"\x00\x01\x02", "It is not a text file; save the table"),
        (CLEAN.encode("utf-16"), "It is UTF-16"),
        (b"a,b\n1,2\n", "It has no column for"),
        (CLEAN + "2025-01-09,Here\n", "Row 4 has 2 cells where the header has 6."),
    ],
)
def test_a_file_that_cannot_be_read_is_one_error_and_ends_with_2(checked, content, said):
    with pytest.raises(CommandError, match="cannot be read") as refused:
        checked(content, "--quiet")
    assert refused.value.returncode == 2
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_a_file_that_is_not_there_or_a_folder_ends_with_2(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(CommandError, match="cannot be read") as refused:
            call_command("check_published", str(path))
        assert refused.value.returncode == 2


def test_floors_are_those_of_the_profile_that_is_named(checked):
    low = "Date,Place,Alerts,Threshold\n2025-01-06,Here,0,0.62\n"
    code, text = checked(low, "--profile", "met-2024-09")
    assert (code, "below 0.64, the floor on 2025-01-06" in text) == (1, True)
    with pytest.raises(CommandError, match="no-such"):
        checked(low, "--profile", "no-such")


def test_the_real_table_is_checked_as_a_whole(shared_data, checked):
    content = (shared_data / "lfr/met-lfr-deployments-2020-02_2024-12.csv").read_bytes()
    code, text = checked(content, "--profile", "met-2024-09")
    assert code == 1
    assert text.splitlines()[-1] == "212 rows: 21 found (6 wrong, 12 form, 3 suspect)."
