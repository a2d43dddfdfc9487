"""Pictures, templates and names are pushed at every input; then they are looked for everywhere.

One site with real PostgreSQL, Redis, web server, worker and beat. Inputs: every form that any role
can find from the first page on, its files, the address, the query and the headers; every value and
name of every body of the interface; the files of every command that imports. Looked through: every
row of every table, every key of Redis, every file of the site with its logs, every PDF.

Names are pushed at all that a system can send, not at what officers write in their own words: there
no program can tell a name from another word, and the pages say that nobody on a watchlist is named.
"""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import httpx
import psycopg
import pytest
import redis
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.urls import Resolver404, resolve
from overt_permit import keys
from overt_permit.signing import sign_request

from tests.attacks.payloads import FILES, JPEG, NAME, TEXTS, found_in
from tests.faults.site import Site, site
from tests.recognition.contract.bodies import BATCH, MANIFEST, PERMIT_REQUEST, replaced, written

# Of one kind of page, so many are looked at by each person: a deployment has other forms in each
# state, and of all else one page is like another.
_OF_A_KIND, _OF_DEPLOYMENTS = 1, 5
_TEXTUAL = {"text", "search", "email", "url", "tel", "password", None}
_LEAVES = {"accounts:logout"}


@dataclass
class Form:
    page: str
    action: str
    values: dict[str, str]
    texts: list[str]
    files: list[str]


@dataclass
class Pushed:
    """What was tried, and how it was answered."""

    forms: int = 0
    posts: int = 0
    bodies: int = 0
    kept: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    def note(self, what: str, response: httpx.Response) -> None:
        status = response.status_code
        self.statuses[status] = self.statuses.get(status, 0) + 1
        assert status < 500, f"{what}: {status}"


@pytest.fixture
def running(tmp_path: Path, postgresql_url: str, redis_url: str) -> Iterator[Site]:
    with site(
        tmp_path,
        permit_seconds=60,
        OVERT_DATABASE_URL=postgresql_url,
        OVERT_BROKER_URL=redis_url,
        DJANGO_SETTINGS_MODULE="tests.attacks.biometric_settings",
    ) as made:
        yield made


def test_no_picture_template_or_name_is_kept_wherever_it_is_pushed(
    running: Site, postgresql_url: str, redis_url: str, tmp_path: Path
) -> None:
    made = json.loads(running.run("-m", "tests.faults.people"))
    running.start("web", "worker", "beat")
    _wait_for(running.origin)
    pushed = Pushed()
    papers: list[tuple[str, bytes]] = []
    known: set[Any] = set()
    for role, cookie in made["cookies"].items():
        with _browser(running.origin, cookie) as browser:
            for form in _forms(browser, papers, known):
                pushed.forms += 1
                _fill_in(browser, form, f"{role}, {form.action}", pushed)
    _push_at_the_interface(running.origin, made, pushed)
    _push_around(running.origin, pushed)
    _push_at_commands(running, tmp_path)

    # It would prove nothing to have found few inputs.
    assert pushed.forms >= 25, pushed
    assert pushed.bodies >= 200, pushed
    assert len(papers) >= 2, papers
    # What was pushed can be found where it is: else nothing follows from not finding it.
    assert found_in("a picture", JPEG)
    assert found_in("a name", f'{{"name": "{NAME}"}}'.encode())

    found = [one for name, content in papers for one in found_in(name, content)]
    for name, content in _rows(postgresql_url):
        found += found_in(name, content)
    for name, content in _keys(redis_url):
        found += found_in(name, content)
    pushed_files = tmp_path / "pushed"
    for path in tmp_path.rglob("*"):
        if path.is_file() and pushed_files not in path.parents:
            found += found_in(str(path.relative_to(tmp_path)), path.read_bytes())
    assert found == []
    assert [name for name, content in papers if b"/Subtype /Image" in content] == []


def _wait_for(origin: str) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            httpx.get(f"{origin}/health/live", timeout=60)
        except httpx.HTTPError:
            assert time.monotonic() < until, "the web server does not answer"
        else:
            return


def _browser(origin: str, cookie: str) -> httpx.Client:
    return httpx.Client(
        base_url=origin, cookies={"sessionid": cookie}, timeout=120, follow_redirects=False
    )


def _forms(
    browser: httpx.Client, papers: list[tuple[str, bytes]], known: set[Any]
) -> Iterator[Form]:
    """Every form that is found by following links from the first page, each kind once. `known`
    are those that others have found."""
    waiting, seen = ["/"], {"/"}
    kinds: dict[str, int] = {}
    while waiting:
        address = waiting.pop(0)
        response = browser.get(address)
        if response.is_redirect:
            _note(urljoin(address, response.headers["Location"]), waiting, seen, kinds)
            continue
        kind = response.headers.get("Content-Type", "")
        if "pdf" in kind:
            papers.append((address, response.content))
        if "html" not in kind:
            continue
        page = BeautifulSoup(response.text, "html.parser")
        for link in page.select("a[href]"):
            _note(urljoin(address, str(link["href"])), waiting, seen, kinds)
        for form in page.select("form[method=post i]"):
            read = _read(address, form)
            name = _kind(read.action)
            mark = (name, tuple(sorted({*read.texts, *read.files})))
            if name in _LEAVES or mark in known or not (read.texts or read.files):
                continue
            known.add(mark)
            yield read


def _note(address: str, waiting: list[str], seen: set[str], kinds: dict[str, int]) -> None:
    parts = urlsplit(address)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if parts.scheme not in ("", "http") or path in seen or path.startswith("/static/"):
        return
    kind = _kind(parts.path)
    if parts.netloc and not parts.netloc.startswith("127.0.0.1"):
        return
    most = _OF_DEPLOYMENTS if kind.startswith("deployments:") else _OF_A_KIND
    if kind in _LEAVES or kinds.get(kind, 0) >= most:
        return
    kinds[kind] = kinds.get(kind, 0) + 1
    seen.add(path)
    waiting.append(path)


def _kind(address: str) -> str:
    """The name of the page, and of the task where it is one of an application."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return address
    words = [value for value in match.kwargs.values() if re.fullmatch(r"[a-z][a-z-]*", str(value))]
    return " ".join([match.view_name, *map(str, words)])


def _read(address: str, form: Tag) -> Form:
    values: dict[str, str] = {}
    texts, files = [], []
    for control in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(control["name"]), control.get("type")
        if control.name == "select":
            options = [str(one.get("value", "")) for one in control.select("option")]
            values[name] = next(filter(None, options), "")
        elif control.name == "textarea" or (control.name == "input" and kind in _TEXTUAL):
            texts.append(name)
        elif kind == "file":
            files.append(name)
        elif kind in ("radio", "checkbox"):
            values.setdefault(name, str(control.get("value", "on")))
        elif kind not in ("submit", "button"):
            values[name] = str(control.get("value", ""))
    action = urljoin(address, str(form.get("action") or address))
    return Form(address, action, values, texts, files)


def _fill_in(browser: httpx.Client, form: Form, what: str, pushed: Pushed) -> None:
    for label, text in TEXTS.items():
        if not form.texts:
            break
        data = form.values | dict.fromkeys(form.texts, text)
        response = browser.post(form.action, data=data, headers={"Referer": form.page})
        pushed.note(f"{what}: {label}", response)
        pushed.posts += 1
    for label, raw in FILES.items():
        if not form.files:
            break
        named = dict.fromkeys(form.files, (f"{label}.jpg", raw, "image/jpeg"))
        response = browser.post(
            form.action, data=form.values, files=named, headers={"Referer": form.page}
        )
        pushed.note(f"{what}: {label}", response)
        pushed.posts += 1


def _push_at_the_interface(origin: str, made: dict[str, Any], pushed: Pushed) -> None:
    key = keys.read(Path(made["key"]))
    with httpx.Client(base_url=origin, timeout=60) as client:

        def push(what: str, body: bytes, **headers: str) -> None:
            path = f"/api/v1/sessions/{made['session']}/{what}"
            signed = sign_request("POST", path, body, int(time.time()), key)
            sent = {"Overt-Signature": signed, "Content-Type": "application/json"} | headers
            response = client.post(path, content=body, headers=sent)
            pushed.note(what, response)
            pushed.bodies += 1
            assert response.status_code >= 400, (what, body[:200])
            assert found_in("an answer", response.content) == []

        some = {"name": NAME} | TEXTS
        for what, whole in (("manifest", MANIFEST), ("permit", PERMIT_REQUEST), ("batches", BATCH)):
            for place in _places(whole):
                for text in some.values():
                    push(what, written(replaced(whole, place, text)))
            for text in some.values():
                push(what, written({**whole, "notes": text}))
                push(what, written({**whole, text[:200]: 1}))
                push(what, text.encode())
            for raw in FILES.values():
                push(what, raw)
        for text in some.values():
            one_line = text.replace("\n", "")
            push("permit", b"{}", **{"Overt-Signature": one_line})
            push("permit", b"{}", **{"Content-Type": one_line})


def _places(whole: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each value stands; of several alike, the first."""
    if isinstance(whole, dict):
        for name, value in whole.items():
            yield from _places(value, (*at, name))
    elif isinstance(whole, list) and whole:
        yield from _places(whole[0], (*at, 0))
    else:
        yield at


def _push_around(origin: str, pushed: Pushed) -> None:
    """In addresses, queries, headers and at the door, where nobody is signed in."""
    with httpx.Client(base_url=origin, timeout=60) as client:
        page = BeautifulSoup(client.get("/accounts/login/").text, "html.parser")
        token = page.select_one("input[name=csrfmiddlewaretoken]")
        assert token is not None
        for text in [NAME, *TEXTS.values()]:
            line = text.replace("\n", "")
            pushed.note("address", client.get(f"/{line[:1500]}"))
            pushed.note("query", client.get("/", params={"q": line}))
            door = f"/accounts/login/?{urlencode({'q': line})}"
            named = {"User-Agent": line, "X-Request-Id": line, "Referer": line}
            data = {
                "csrfmiddlewaretoken": str(token["value"]),
                "username": "nobody",
                "password": line,
            }
            pushed.note("header", client.post("/accounts/login/", data=data, headers=named))
            pushed.note("door, query", client.post(door, data=data))
            pushed.note("door, field", client.post("/accounts/login/", data=data | {"x": line}))
            if text != NAME:
                pushed.note("door", client.post("/accounts/login/", data=data | {"username": line}))


def _push_at_commands(running: Site, folder: Path) -> None:
    (folder / "pushed").mkdir()
    path = folder / "pushed" / "2026-10-sample-street.csv"
    path.write_bytes(JPEG)
    for command in (
        ("import_crimes", str(path)),
        ("import_areas", str(path), "--kind", "borough", "--name-field", "name"),
        ("import_places", str(path), "--kind", "school", "--name-field", "name"),
        ("import_roads", str(path)),
        ("check_published", str(path)),
    ):
        with pytest.raises(AssertionError, match="failed"):
            running.run("manage.py", *command)


def _rows(url: str) -> Iterator[tuple[str, bytes]]:
    """Every row of every table, as PostgreSQL writes it."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
        assert len(tables) > 30
        for (table,) in tables:
            for (row,) in connection.execute(f'SELECT t::text FROM "{table}" t'):
                yield f"table {table}", row.encode()


def _keys(url: str) -> Iterator[tuple[str, bytes]]:
    with redis.Redis.from_url(url) as connection:
        for key in connection.scan_iter():
            kept = connection.dump(key) or b""
            yield f"Redis, {key!r}", key + b"\n" + kept
