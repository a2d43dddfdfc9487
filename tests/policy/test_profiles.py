"""The files of POLICY_DIR: finding, loading, pinning and checking them."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from overt.policy import profiles, services
from overt.policy.models import PinnedProfile

from .conftest import FOLDER

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A POLICY_DIR of this test's own, with one good profile, which is active."""
    shutil.copy(FOLDER / "met-2024-09.toml", tmp_path)
    settings.POLICY_DIR = tmp_path
    settings.POLICY_PROFILE = "met-2024-09"
    return tmp_path


def policy_errors() -> list[str]:
    return [message.msg for message in run_checks() if (message.id or "").startswith("policy.")]


class TestLoading:
    def test_the_profiles_that_come_with_overt_are_there_and_valid(self) -> None:
        assert profiles.available() == ["example-force", "met-2024-09"]
        assert [profiles.load(name).name for name in profiles.available()] == profiles.available()
        assert policy_errors() == []

    def test_without_a_name_the_active_one_is_loaded(self, settings: Settings) -> None:
        settings.POLICY_PROFILE = "example-force"
        assert profiles.load().name == "example-force"

    @pytest.mark.parametrize("name", ["other", "", "../policy/met-2024-09", "met-2024-09.toml"])
    def test_a_name_that_is_not_listed_is_refused(self, name: str) -> None:
        with pytest.raises(profiles.ProfileError, match="available: example-force, met-2024-09"):
            profiles.load(name)

    def test_a_profile_must_be_called_as_its_file(self, folder: Path) -> None:
        (folder / "met-2024-09.toml").rename(folder / "met-2025.toml")
        with pytest.raises(profiles.ProfileError, match=r"^met-2025\.toml: field name: says"):
            profiles.load("met-2025")

    def test_a_file_that_is_no_text_is_refused(self, folder: Path) -> None:
        (folder / "odd.toml").write_bytes(b"\xff\xfe")
        with pytest.raises(profiles.ProfileError, match=r"^odd\.toml: cannot be read"):
            profiles.load("odd")


class TestChecks:
    def test_each_problem_of_a_file_is_an_error_that_names_it(self, folder: Path) -> None:
        text = (folder / "met-2024-09.toml").read_text()
        (folder / "bad.toml").write_text(text.replace("[rise]", "[rice]"))
        assert policy_errors() == [
            "bad.toml: field rise: is missing; add it",
            "bad.toml: field rice: is not a known field; correct its spelling or remove it",
        ]

    def test_an_active_profile_that_is_not_there_is_an_error(
        self, folder: Path, settings: Settings
    ) -> None:
        settings.POLICY_PROFILE = "met-2030"
        assert policy_errors() == [f"The active policy profile 'met-2030' is not in {folder}."]

    def test_an_empty_folder_is_an_error(self, folder: Path) -> None:
        (folder / "met-2024-09.toml").unlink()
        assert len(policy_errors()) == 1


@pytest.mark.django_db
@pytest.mark.both_databases
class TestPinning:
    def test_what_was_pinned_outlives_its_file(self, folder: Path) -> None:
        profile = profiles.load()
        services.pin(profile=profile, now=NOW)
        (folder / "met-2024-09.toml").unlink()
        kept = PinnedProfile.objects.get(digest=profile.digest)
        assert (kept.name, kept.pinned_at) == ("met-2024-09", NOW)
        assert profiles.from_document(kept.document) == profile

    def test_pinning_again_changes_nothing(self) -> None:
        first = services.pin(profile=profiles.load(), now=NOW)
        again = services.pin(profile=profiles.load(), now=NOW.replace(year=2027))
        assert again == first
        assert PinnedProfile.objects.get().pinned_at == NOW

    def test_two_versions_are_kept_side_by_side(self, folder: Path) -> None:
        services.pin(profile=profiles.load(), now=NOW)
        file = folder / "met-2024-09.toml"
        file.write_text(file.read_text().replace("value = 350,", "value = 360,"))
        services.pin(profile=profiles.load(), now=NOW)
        assert PinnedProfile.objects.filter(name="met-2024-09").count() == 2
