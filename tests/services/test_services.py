"""The services that tests start are real, and stop with the run."""

import psycopg
import pytest
from django.db import connection
from redis import ConnectionError as RedisConnectionError
from redis import Redis

from tests import run_on_postgresql
from tests.services import BinaryMissing, postgresql
from tests.services import redis as redis_service


def test_postgresql_answers_with_an_empty_database_and_is_gone_afterwards():
    with postgresql.cluster() as url, psycopg.connect(url) as session:
        assert session.info.dbname == "overt"
        tables = session.execute("SELECT count(*) FROM pg_stat_user_tables").fetchone()
        assert tables == (0,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_redis_answers_and_is_gone_afterwards():
    with redis_service.server() as url:
        assert Redis.from_url(url).ping()
    with pytest.raises(RedisConnectionError):
        Redis.from_url(url, retry=None).ping()


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_a_missing_service_fails_the_run_on_a_build_server_only(monkeypatch, capsys, ci, status):
    def nothing_there() -> None:
        raise BinaryMissing("initdb of PostgreSQL is not installed")

    monkeypatch.setattr(postgresql, "_programs", nothing_there)
    monkeypatch.setenv("CI", ci)
    assert run_on_postgresql.main([]) == status
    assert "initdb of PostgreSQL is not installed" in capsys.readouterr().out


@pytest.mark.both_databases
@pytest.mark.django_db
def test_each_run_is_on_the_database_that_it_says(request):
    on_postgresql = request.config.getoption("-m") == "both_databases"
    assert connection.vendor == ("postgresql" if on_postgresql else "sqlite")


@pytest.mark.django_db
def test_sqlite_in_tests_is_a_file_in_wal_mode_as_in_use():
    if connection.vendor != "sqlite":
        pytest.skip("runs on PostgreSQL")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
