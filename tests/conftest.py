"""Fixtures for every test. The settings are those of tests/settings.py."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from tests.flushing import flush
from tests.services import BinaryMissing, missing_is_a_failure, postgresql, redis

ROOT = Path(__file__).resolve().parents[1]

# A busy machine must not fail a property.
settings.register_profile("overt", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("overt")


# They take as long as all others together. First, so that several processes end together.
LONG = (
    "browser",
    "faults",
    "demo",
    "attacks/test_nothing_biometric.py",
    "deployments/test_state_machine.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = ROOT / "tests"
    long = tuple(tests / name for name in LONG)
    items.sort(key=lambda item: not any(item.path.is_relative_to(each) for each in long))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real open data beside the checkout: see its SOURCES.md."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the real open data in ../shared/data, which is not here")
    return folder


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The URL of an empty database in a PostgreSQL cluster of this run."""
    yield from _service(postgresql.cluster())


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The URL of a Redis server of this run."""
    yield from _service(redis.server())


def _service(service: AbstractContextManager[str]) -> Iterator[str]:
    with ExitStack() as stack:
        try:
            url = stack.enter_context(service)
        except BinaryMissing as missing:
            if missing_is_a_failure():
                raise
            pytest.skip(str(missing))
        yield url


@pytest.fixture
def other_process_env(transactional_db: None) -> dict[str, str]:
    """The environment for another process that is to work on this test's database.

    What it writes is committed, and is flushed after the test as this process's own writes are.
    """
    return environment_of_other_process()


def environment_of_other_process() -> dict[str, str]:
    """As the fixture says; the test database must exist."""
    database = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        host = database["HOST"].replace("/", "%2F")
        url = f"postgresql://{database['USER']}@{host}/{database['NAME']}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "overt.config.settings",
        "OVERT_DATABASE_URL": url,
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_triggers() -> Iterator[None]:
    def flushed(case: TransactionTestCase) -> None:
        for name in case._databases_names(include_mirrors=False):
            flush(connections[name])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flushed)
        yield
