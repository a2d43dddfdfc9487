"""What is logged, in production: lines of JSON in which nobody can be found."""

import io
import json
import logging
import os
import subprocess
import sys
from threading import Timer
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from overt.config import logs
from tests.accounts.making import PASSWORD, account
from tests.conftest import ROOT
from tests.deployments.making import START
from tests.recognition import making
from tests.recognition.api.wire import Wire

from .test_settings import PRODUCTION

NAME, MAIL, ADDRESS, TOKEN = "Zoë Quill-Harper", "zq.harper@met.example", "203.0.113.77", "q" * 43
SECRETS = (NAME, quote(NAME), "Quill", "Harper", MAIL, "zq.harper", ADDRESS, TOKEN, PASSWORD)


class Lines:
    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, logger: str) -> list[dict[str, Any]]:
        return [line for line in self.all if line["logger"] == logger]


@pytest.fixture
def lines():
    """What production writes meanwhile."""
    found = Lines()
    handler = logging.StreamHandler(found.stream)
    handler.setFormatter(logs.JsonLines())
    levels = {name: logging.getLogger(name).level for name in ("overt.request", "django.request")}
    logging.getLogger().addHandler(handler)
    logging.getLogger("overt.request").setLevel(logging.INFO)
    yield found
    logging.getLogger().removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def browser(db, settings):
    settings.ROOT_URLCONF = "tests.config.failing_urls"
    return Client(
        raise_request_exception=False,
        REMOTE_ADDR=ADDRESS,
        headers={"User-Agent": f"{NAME}/1.0", "Referer": f"https://localhost/?who={MAIL}"},
    )


def expect_nobody(text: str) -> None:
    assert [secret for secret in SECRETS if secret.lower() in text.lower()] == []


def test_no_page_that_is_asked_for_brings_anybody_into_the_log(lines, browser):
    user = account("quill", "auditor")
    for path in (
        f"/signs/{TOKEN}",
        f"/deployments/calendar/feed/{TOKEN}.ics",
        f"/nowhere/{quote(NAME)}?mail={MAIL}",
        f"/fails/{quote(NAME)}?what={MAIL}",
        f"/fails-in-the-database/{MAIL}",
        f"/logs/{quote(NAME)}",
        "/accounts/login/",
    ):
        browser.get(path)
        browser.post(path, {"username": NAME, "note": MAIL}, query_params={"q": MAIL})
    for number in range(8):
        signing_in = {"username": user.username, "password": f"{MAIL}{number}"}
        browser.post(reverse("accounts:login"), signing_in)
    browser.get("/", headers={"Host": "quill.example"})
    Client(enforce_csrf_checks=True).post(
        "/accounts/login/", {"username": NAME}, headers={"Origin": "https://quill.example"}
    )
    assert len(lines.of("overt.request")) >= 20
    assert {line["message"] for line in lines.of("django.security.csrf")} == {"Refused: csrf"}
    assert all(set(line) <= set(logs.KEYS) for line in lines.all)
    expect_nobody(lines.text)


def test_no_request_of_a_system_brings_what_it_says_into_the_log(lines, db, settings, tmp_path):
    settings.PERMIT_KEY_FOLDER = tmp_path
    desk = making.armed()
    private, _ = making.system_key(desk.session.system)
    lines.stream.truncate(0)
    wire = Wire(private, desk.session_id)
    body = json.dumps({"name": NAME, "mail": MAIL}).encode()
    assert wire.send(wire.address("batches"), body, at=START).status_code == 401
    wire.send(f"/api/v1/{TOKEN}", body, at=START, signature=f"{TOKEN}..{TOKEN}")
    wire.send(wire.address("permit"), body, at=START, signature=NAME.encode().hex())
    found = lines.of("overt.request")
    assert [line["status"] for line in found] == [401, 404, 401]
    assert found[0]["route"] == "/api/v1/sessions/<uuid:session_id>/batches"
    assert str(desk.session_id) not in lines.text
    expect_nobody(lines.text)


def test_a_line_about_a_request_says_what_helps(lines, browser):
    user = account("quill", "auditor")
    browser.force_login(user)
    answer = browser.get("/accounts/me/")
    (line,) = lines.of("overt.request")
    assert line.pop("milliseconds") >= 0
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "overt.request",
        "message": "answered",
        "process": os.getpid(),
        "request": answer["X-Request-Id"],
        "account": user.pk,
        "method": "GET",
        "route": "/accounts/me/",
        "status": answer.status_code,
    }


def test_a_failure_is_told_by_its_class_and_its_place(lines, browser):
    answer = browser.get(f"/fails/{quote(NAME)}")
    (line,) = lines.of("django.request")
    assert (line["message"], line["error"]) == ("Internal Server Error", "builtins.ValueError")
    assert line["route"] == "/fails/<name>"
    assert line["at"][-1].startswith("tests/config/failing_urls.py:")
    assert line["request"] == answer["X-Request-Id"]
    assert browser.get(f"/fails-in-the-database/{quote(NAME)}").status_code == 500
    assert lines.of("django.request")[-1]["error"].startswith("django.db.utils.")


def test_of_a_foreign_message_only_numbers_are_filled_in(lines, browser):
    browser.get(f"/logs/{quote(NAME)}")
    said = [line["message"] for line in lines.of("library")]
    assert said == ["Bad … in '…' after 3 tries: OSError", "ValueError"]
    (ours,) = lines.of("overt.somewhere")
    assert ours["message"] == "7 was left: ValueError"
    broken = logging.LogRecord("library", logging.INFO, "f", 1, "%d tries", (NAME,), None)
    assert json.loads(logs.JsonLines().format(broken))["message"] == "%d tries"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"/signs/{TOKEN}/x", "/signs/…/x"),
        (f"GET /deployments/calendar/feed/{TOKEN}.ics", "GET /deployments/calendar/feed/….ics"),
        (f"see /a/b?who={MAIL}&x=1 then", "see /a/b then"),
        (f"to {MAIL}, from {ADDRESS}:8000.", "to …, from …:8000."),
        ("from 2001:db8::1 and ::1 and fe80::1", "from … and … and …"),
        ("at 12:30:45, version 1.2.3, half 0.5", "at 12:30:45, version 1.2.3, half 0.5"),
        ("Why? Because.", "Why? Because."),
    ],
)
def test_what_is_personal_is_cut_out_of_any_text(text, left):
    assert logs.redacted(text) == left


def test_text_for_one_person_keeps_names_and_no_tokens():
    line = logging.LogRecord("a", logging.INFO, "f", 1, "%s at /signs/%s", (NAME, TOKEN), None)
    assert logs.PlainLines("%(message)s").format(line) == f"{NAME} at /signs/…"


@pytest.mark.parametrize(
    ("given", "proxies", "is_kept"),
    [
        ("0a1b2c3d4e5f60718293a4b5c6d7e8f9", 1, True),
        ("6c1f7d0e-9c1b-4f6a-8a57-0d4f1d0c9a11", 1, True),
        ("0a1b2c3d4e5f60718293a4b5c6d7e8f9", 0, False),
        ("", 1, False),
        ("0a1b", 1, False),
        ("a" * 65, 1, False),
        ("Quill-Harper-Quill-Harper", 1, False),
        ("0a1b2c3d4e5f6071 x", 1, False),
    ],
)
def test_an_id_is_taken_from_our_own_proxy_where_it_can_be_no_name(
    lines, browser, settings, given, proxies, is_kept
):
    settings.TRUSTED_PROXIES = proxies
    answer = browser.get("/accounts/login/", headers={"X-Request-Id": given})
    (line,) = lines.of("overt.request")
    assert line["request"] == answer["X-Request-Id"]
    assert (answer["X-Request-Id"] == given) is is_kept
    assert len(answer["X-Request-Id"]) >= 16


SEND = """
import django, sys
django.setup()
from overt.config import celery_app, logs
class Request: overt_id = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
with logs.within(logs.Context(request=Request())):
    celery_app.send_task("celery.accumulate", args=sys.argv[1:], queue="default", task_id="good")
    celery_app.send_task(
        "celery.accumulate", args=sys.argv[1:], kwargs={"index": sys.argv[1]}, queue="default"
    )
    celery_app.send_task("celery.chord_unlock", args=sys.argv[1:], queue="default")
celery_app.send_task(sys.argv[1], args=sys.argv[1:], queue="default")
celery_app.send_task("celery.accumulate", args=["last"], queue="default", task_id="last")
"""


def test_a_worker_says_which_task_and_which_request_and_nothing_of_what_was_given(
    redis_url, tmp_path
):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OVERT_")}
    environment |= PRODUCTION | {
        "OVERT_BROKER_URL": redis_url,
        "OVERT_DATABASE_URL": "postgresql://quill:harper@127.0.0.1:1/overt",
        "OVERT_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "overt.config.settings",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",  # of running as root, as tests may
    }
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "overt.config", "worker"]
    with subprocess.Popen(
        [*command, "-Q", "default", "--pool", "solo", "--loglevel", "INFO"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as worker:
        guard = Timer(120, worker.kill)  # a worker that never answers ends the reading below
        guard.start()
        subprocess.run(
            [sys.executable, "-c", SEND, NAME, MAIL, TOKEN], env=environment, cwd=ROOT, check=True
        )
        text = ""  # until it is told to stop, which it says in its own way
        for line in worker.stdout:
            text += line
            if "[last] succeeded" in line:
                break
        guard.cancel()
        worker.terminate()
    found = [json.loads(line) for line in text.splitlines()]
    assert all(set(line) <= set(logs.KEYS) for line in found)
    failed = next(line for line in found if line.get("error", "").endswith("TypeError"))
    assert failed["task_name"] == "celery.accumulate"
    assert failed["request"] == "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
    assert any(line["message"].startswith("Received unregistered task") for line in found)
    expect_nobody(text)
