"""Production starts with every required setting, and with none missing."""

import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

PRODUCTION = {
    "OVERT_MODE": "production",
    "OVERT_SECRET_KEY": "a-key-of-the-length-that-django-asks-for-0123456789-abcdef",
    "OVERT_ALLOWED_HOSTS": "overt.example.org,overt2.example.org",
    "OVERT_DATABASE_URL": "postgresql://overt@localhost/overt",
    "OVERT_BROKER_URL": "redis://localhost:6379/0",
}
REQUIRED = sorted(set(PRODUCTION) - {"OVERT_MODE"})


def manage(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OVERT_")}
    clean.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=clean | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_passes_djangos_deployment_checks_without_a_word():
    result = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert result.stderr == ""
    assert result.stdout == "System check identified no issues (0 silenced).\n"
    assert result.returncode == 0


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("missing", REQUIRED)
def test_production_does_not_start_without_a_required_setting(missing, value):
    settings = {name: text for name, text in PRODUCTION.items() if name != missing}
    if value is not None:
        settings[missing] = value
    result = manage("check", **settings)
    assert result.returncode != 0
    assert f"{missing} must be set when OVERT_MODE=production" in result.stderr


def test_an_unknown_mode_is_refused(tmp_path):
    result = manage("check", OVERT_MODE="prod", OVERT_DATA_DIR=str(tmp_path))
    assert result.returncode != 0
    assert "OVERT_MODE is 'prod'; use one of embedded, production, test" in result.stderr


def test_embedded_mode_starts_with_no_setting_but_where_to_keep_its_data(tmp_path):
    result = manage("check", OVERT_DATA_DIR=str(tmp_path))
    assert result.returncode == 0, result.stderr
    key = tmp_path / "secret-key"
    assert len(key.read_text()) >= 50
    assert key.stat().st_mode & 0o077 == 0


def test_every_setting_is_described_and_every_description_is_of_a_setting():
    read = set()
    for path in (ROOT / "overt" / "config").rglob("*.py"):
        read |= set(
            re.findall(r"(?:env\.\w+|required|number)\(\s*\"(OVERT_\w+)\"", path.read_text())
        )
    described = set(re.findall(r"^\| `(OVERT_\w+)`", (ROOT / "docs/settings.md").read_text(), re.M))
    assert read == described


def test_the_environment_is_read_in_one_place_only():
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "overt").rglob("*.py")
        if not path.is_relative_to(ROOT / "overt" / "config")
        and re.search(r"os\.environ|os\.getenv|environ\.Env", path.read_text())
    ]
    assert elsewhere == []
