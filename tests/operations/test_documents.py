"""What docs/production.md and the files beside it name is there, and fits together."""

import re
import shlex
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class
from django.core.management.base import CommandParser

from overt.config import broker
from overt.deployments.forms.uploads import LARGEST_MB
from overt.recognition import states
from overt.recognition.contract import limits
from overt.recognition.models import JobOutcome
from tests.conftest import ROOT

DOCUMENT = ROOT / "docs" / "production.md"
FOLDER = ROOT / "docs" / "production"
UNITS = sorted(FOLDER.glob("overt-*.*"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]
COMMANDS = {name: app for name, app in get_commands().items() if app.startswith("overt.")}
SHARED = "# What is below is the same in every unit of Overt.\n"


def unit(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Its sections, each a list of names and values. Fails on what is no line of a unit."""
    found: dict[str, list[tuple[str, str]]] = {}
    section = None
    for line in path.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = found.setdefault(heading[1], [])
            continue
        given = re.fullmatch(r"([A-Z]\w+)=(.*)", line)
        assert given and section is not None, f"{path.name}: {line}"
        section.append((given[1], given[2]))
    return found


def value(path: Path, section: str, name: str) -> str:
    (found,) = (text for key, text in unit(path)[section] if key == name)
    return found


def commands() -> list[list[str]]:
    """Every command of Overt that the documents name, as words: the name, then what it is given."""
    names = "|".join(sorted(COMMANDS))
    found = []
    for document in (DOCUMENT, ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        text = document.read_text().replace("\\\n", " ")
        written = re.findall(r"(?:manage\.py|overt-manage) (\w[^\n`|#;)]*)", text)
        # What comes after two spaces explains it.
        found += [re.split(r"\s{2,}", said)[0] for said in written]
        found += re.findall(rf"`((?:{names})\b[^`\n]*)`", text)
    return [said.split() for said in found]


def test_every_unit_can_be_read_and_knows_its_sections():
    kinds = {".service": "Service", ".socket": "Socket", ".timer": "Timer"}
    for path in UNITS:
        sections = unit(path)
        assert kinds[path.suffix] in sections, path.name
        assert set(sections) <= {"Unit", "Install", kinds[path.suffix]}, path.name
    assert {path.name for path in UNITS} >= {"overt-web.socket", "overt-backup.timer"}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    for path in UNITS:
        # It looks for the programs, which are here and not at /opt/overt.
        (tmp_path / path.name).write_text(path.read_text().replace("/opt/overt", str(ROOT)))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(tmp_path / path.name for path in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0)


def test_every_service_is_locked_in_to_the_same_degree():
    shared = {
        path.read_text().partition(SHARED)[2].partition("\n[Install]")[0].strip()
        for path in SERVICES
    }
    assert len(shared) == 1
    for line in (
        "User=overt",
        "EnvironmentFile=/etc/overt/env",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "SystemCallFilter=@system-service",
    ):
        assert line in next(iter(shared)).splitlines()


def test_every_program_that_a_service_starts_is_there():
    for path in SERVICES:
        program, *rest = value(path, "Service", "ExecStart").split()
        here = ROOT / Path(program).relative_to("/opt/overt")
        assert here.is_file(), path.name
        if here.name == "celery":
            assert rest[:2] == ["--app", "overt.config"]


def test_every_queue_has_workers_and_there_is_one_beat():
    started = [value(path, "Service", "ExecStart") for path in SERVICES]
    served = [
        queue
        for line in started
        for given in re.findall(r"worker --queues (\S+)", line)
        for queue in given.split(",")
    ]
    assert set(broker.queues()) <= set(served)
    assert max(Counter(served).values()) == 1
    assert sum(" beat " in line for line in started) == 1


def test_the_web_server_listens_where_it_is_looked_for():
    place = value(FOLDER / "overt-web.socket", "Socket", "ListenStream")
    assert f"server {place};" in (FOLDER / "nginx.conf").read_text()
    text = DOCUMENT.read_text()
    assert f'targets: ["{place}"]' in text
    assert f"http://{place}/health/ready" in text


def test_every_setting_that_is_named_is_described_and_none_that_is_required_is_left_out():
    described = (ROOT / "docs" / "settings.md").read_text()
    rows = dict(re.findall(r"^\| `(OVERT_\w+)` \|(.*)", described, re.M))
    given = re.findall(r"^(OVERT_\w+)=", (FOLDER / "overt.env").read_text(), re.M)
    scripts = "".join(path.read_text() for path in (ROOT / "scripts").glob("*.sh"))
    named = set(re.findall(r"\bOVERT_[A-Z_]*[A-Z]\b", DOCUMENT.read_text() + scripts))
    families = {name for name in named if f"`{name}_…`" in DOCUMENT.read_text()}
    assert {*given} | (named - families) <= set(rows)
    assert all(any(row.startswith(f"{name}_") for row in rows) for name in families)
    assert {name for name, row in rows.items() if "**Required in production" in row} <= {*given}


def test_the_settings_file_is_read_by_a_shell_as_it_is_written():
    read = subprocess.run(
        ["sh", "-euc", f'set -a; . "{FOLDER}/overt.env"; env'],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "OVERT_FORCE_NAME=Example Police\n" in read
    subprocess.run(["sh", "-n", FOLDER / "overt-manage"], check=True)


def test_every_command_that_is_named_exists_with_what_it_is_given():
    wrong = []
    known = get_commands()
    for name, *words in commands():
        if name not in known:
            wrong.append(name)
            continue
        if name not in COMMANDS:
            continue  # Django's own
        parser = load_command_class(known[name], name).create_parser("manage.py", name)
        verbs = _verbs(parser)
        if verbs and words and re.fullmatch("[a-z-]+", words[0]):
            if words[0] not in verbs:
                wrong.append(f"{name} {words[0]}")
                continue
            parser = verbs[words[0]]
        known_options = {option for action in parser._actions for option in action.option_strings}
        wrong += [
            f"{name} {word}"
            for word in words
            if re.match("--[a-z]", word)
            and word.strip("[],.").partition("=")[0] not in known_options
        ]
    assert wrong == []
    assert {"ledger_keys", "permit_keys", "system_key", "create_account"} <= {
        words[0] for words in commands()
    }


def _verbs(parser: CommandParser) -> dict[str, CommandParser]:
    for action in parser._actions:
        if isinstance(action.choices, dict):
            return action.choices
    return {}


def test_every_file_and_every_place_in_a_page_that_is_linked_is_there():
    anchors = {_anchor(each) for each in re.findall(r"^#+ (.+)$", DOCUMENT.read_text(), re.M)}
    for target in re.findall(r"\]\(([^)\s]+)\)", DOCUMENT.read_text()):
        path, _, anchor = target.partition("#")
        if target.startswith("https:"):
            continue
        assert (DOCUMENT.parent / path).exists(), target
        if anchor and not path:
            assert anchor in anchors, target
    for said in re.findall(r"(?:docs/production|scripts|tests)/[\w./*-]+\w", DOCUMENT.read_text()):
        assert [*ROOT.glob(said)], said


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def rules() -> list[dict[str, object]]:
    read = yaml.safe_load((FOLDER / "alerts.yml").read_text())
    return [rule for group in read["groups"] for rule in group["rules"]]


def test_every_metric_of_an_alert_and_of_the_guide_is_measured():
    measured = set(re.findall(r'"(overt_[a-z_]+)"', (ROOT / "overt/config/metrics.py").read_text()))
    asked = "\n".join(str(rule["expr"]) for rule in rules()) + DOCUMENT.read_text()
    named = set(re.findall(r"\bovert_[a-z_]+", asked)) - {"overt_owner"}
    assert named - measured == set()
    assert "overt_sessions" in named


def test_every_label_that_an_alert_waits_for_has_such_a_value():
    known = {
        "state": set(states.LABELS),
        "queue": set(broker.queues()),
        "outcome": set(JobOutcome.values),
        "job": {"overt"},
    }
    for rule in rules():
        for label, _, text in re.findall(r'(\w+)(=~?|!=)"([^"]+)"', str(rule["expr"])):
            assert set(text.split("|")) <= known[label], rule["alert"]


def test_every_alert_says_how_urgent_it_is_and_where_what_to_do_is_written():
    anchors = {_anchor(each) for each in re.findall(r"^#+ (.+)$", DOCUMENT.read_text(), re.M)}
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names))
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert (page, anchor in anchors) == ("docs/production.md", True), rule["alert"]
        assert rule["annotations"]["summary"].endswith(".")


def test_nginx_says_what_overt_needs_and_lets_as_much_pass_as_overt_reads():
    text = (FOLDER / "nginx.conf").read_text()
    for line in (
        "proxy_set_header Host $host;",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header X-Forwarded-Proto https;",
        "proxy_set_header X-Request-Id $request_id;",
    ):
        assert text.count(line) == 1
    # In a location it would undo all of those above.
    assert "proxy_set_header" not in text[text.index("    location ") :]
    sizes = dict(re.findall(r"location (.+) \{\n\s+client_max_body_size (\w+);", text))
    assert sizes["/api/"] == f"{limits.BATCH_BYTES // 1024}k"
    (documents,) = (size for place, size in sizes.items() if "assessments" in place)
    assert int(documents.strip("m")) >= 4 * LARGEST_MB


@pytest.mark.skipif(not shutil.which("nginx", path="/usr/sbin:/usr/bin"), reason="needs nginx")
def test_nginx_can_read_its_configuration(tmp_path):
    make = "openssl req -x509 -newkey ed25519 -nodes -keyout key.pem -out fullchain.pem -subj /CN=x"
    subprocess.run(shlex.split(make), cwd=tmp_path, check=True, capture_output=True)
    text = (FOLDER / "nginx.conf").read_text()
    text = text.replace("/etc/ssl/overt", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    (tmp_path / "overt.conf").write_text(text)
    (tmp_path / "nginx.conf").write_text(
        f"events {{}}\npid {tmp_path}/pid;\nhttp {{ include {tmp_path}/overt.conf; }}\n"
    )
    done = subprocess.run(
        ["nginx", "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/sbin:/usr/bin"},
    )
    assert "syntax is ok" in done.stderr
