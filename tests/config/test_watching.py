"""The addresses for what watches Overt: who is answered, whatever else is broken."""

import json
from ipaddress import ip_network

import pytest
from django.test import Client

from overt.config.logs import KEYS

from .serving import production_server
from .test_settings import PRODUCTION, manage
from .watchers import keep_no_answer, silent_server

TOKEN = "a-token-of-the-length-that-is-asked-for"
THROUGH_A_PROXY = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https"}


def status(client: Client, *, peer: str = "127.0.0.1", **headers: str) -> int:
    answer = client.get(
        "/metrics", REMOTE_ADDR=peer, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    return answer.status_code


@pytest.fixture
def scraper(transactional_db, monkeypatch):
    keep_no_answer(monkeypatch)
    return Client()


def test_metrics_are_there_for_this_machine_and_the_networks_that_are_named(scraper, settings):
    assert status(scraper) == 200
    assert status(scraper, peer="::1") == 200
    assert status(scraper, peer="::ffff:127.0.0.1") == 200
    assert status(scraper, peer="10.20.0.7") == 404
    assert status(scraper, peer="") == 404
    settings.METRICS_FROM = (ip_network("10.20.0.0/16"),)
    assert status(scraper, peer="10.20.0.7") == 200
    assert status(scraper) == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"])
def test_what_came_through_a_proxy_is_from_no_network(scraper, header):
    assert scraper.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404


def test_a_token_opens_metrics_from_anywhere(scraper, settings):
    settings.METRICS_TOKEN = TOKEN
    far = {"peer": "198.51.100.1", **{k.replace("-", "_"): v for k, v in THROUGH_A_PROXY.items()}}
    assert status(scraper, **far) == 404
    assert status(scraper, Authorization=f"Bearer {TOKEN}", **far) == 200
    for wrong in (TOKEN, f"Basic {TOKEN}", "Bearer", "Bearer ", f"Bearer {TOKEN}x", "Bearer é"):
        assert status(scraper, Authorization=wrong, **far) == 404


def test_without_a_token_in_the_settings_no_token_opens_metrics(scraper, settings):
    assert settings.METRICS_TOKEN == ""
    assert status(scraper, peer="198.51.100.1", Authorization="Bearer ") == 404


@pytest.mark.parametrize(
    ("name", "value"), [("OVERT_METRICS_FROM", "10.0.0.1/8"), ("OVERT_METRICS_TOKEN", "short")]
)
def test_a_setting_that_would_open_metrics_by_mistake_is_refused(name, value):
    refused = manage("check", **PRODUCTION, **{name: value})
    assert refused.returncode != 0
    assert name in refused.stderr


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_only_asking_is_answered(scraper, path):
    assert scraper.post(path).status_code == 405


def test_a_page_beside_these_addresses_is_as_any_other(client):
    for path in ("/health", "/health/", "/health/live/", "/metrics/", "/health/other"):
        assert client.get(path).status_code == 404


def test_with_a_database_and_a_broker_that_never_answer_all_three_still_do(tmp_path):
    with silent_server() as database, silent_server() as broker:
        settings = {
            "OVERT_DATABASE_URL": f"postgresql://overt:secret@127.0.0.1:{database}/overt",
            "OVERT_BROKER_URL": f"redis://:secret@127.0.0.1:{broker}/0",
        }
        # Without a host name that is allowed, and without TLS.
        with production_server(tmp_path, **settings) as server:
            assert server.get("/health/live") == (200, '{"status": "live", "checks": []}')
            code, body = server.get("/health/ready")
            checks = json.loads(body)["checks"]
            assert (code, len(checks)) == (503, 9)
            assert not any(check["ok"] for check in checks)
            code, body = server.get("/metrics")
            assert code == 200
            for part in ("database", "slow", "broker"):
                assert f'overt_scrape_ok{{part="{part}"}} 0.0' in body
            assert server.get("/")[0] == 400
            assert server.get("/", Host="overt.example.org")[0] == 301
            assert b"400 Bad Request" in server.send(b"GET /ann-example HTTP/1.1 x\r\n\r\n")
            lines = [json.loads(line) for line in server.log().splitlines()]
    assert {line["message"] for line in lines} >= {"Starting gunicorn …", "Invalid request"}
    assert all(set(line) <= set(KEYS) for line in lines)
    for secret in ("secret", "127.0.0.1", "ann-example", str(tmp_path)):
        assert secret not in server.log()
