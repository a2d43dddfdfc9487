"""The machine is lost, and put back with the commands of docs/production.md."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.test import override_settings

from overt.deployments import states
from overt.hotspots.models import Area
from overt.hotspots.services import analyses
from overt.hotspots.services.analyses import Request
from overt.hotspots.services.areas import import_areas
from overt.hotspots.services.crimes import import_files
from overt.ledger import selectors
from overt.ledger.services import make_checkpoint
from overt.policy import profiles
from tests.config.serving import PATIENCE_S
from tests.deployments import making
from tests.deployments.making import NOW, PROGRAM
from tests.hotspots.analyses import material
from tests.recognition.making import permit_key

from .machine import Machine

# Its rows are committed for the backup, and gone after the first test: no test needs them.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

PASSWORD = "a long and quiet river"
BY_NGINX = {"Host": "overt.example.org", "X-Forwarded-Proto": "https"}
LATER = NOW + timedelta(hours=1)


def before_the_backup(machine: Machine) -> str:
    """Somebody announces a deployment, and analyses crimes; its reference."""
    cast = making.people()
    cast.auditor.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
    cast.auditor.save()
    permit_key()
    deployment = making.deployment_in(states.READY, cast)
    import_areas(
        path=material.write_boundary(machine.folder / "boundary.geojson"),
        kind="borough",
        name_field="NAME",
        code_field="CODE",
        actor=PROGRAM,
        now=LATER,
    )
    import_crimes(machine, material.MONTHS[:-1])
    queued = analyses.request(
        area=Area.objects.get(name="Testham"),
        wanted=Request(),
        profile=profiles.load(),
        actor=PROGRAM,
        now=LATER,
    )
    done = analyses.run(analysis_id=queued.pk, actor=PROGRAM, clock=lambda: LATER)
    assert done is not None
    (machine.elsewhere / "analysis.json").write_bytes(done.record.encode())
    keep_a_checkpoint(machine, "before.txt")
    public = [str(named.key) for named in selectors.named_keys()]
    (machine.elsewhere / "keys.txt").write_text("\n".join(public) + "\n")
    return deployment.reference


def import_crimes(machine: Machine, months: tuple[str, ...]) -> None:
    folder = machine.folder / months[-1]
    material.write_crimes(folder, months=months)
    import_files(paths=[folder], mapping=None, force=None, actor=PROGRAM, now=LATER, progress=None)


def keep_a_checkpoint(machine: Machine, name: str) -> None:
    made = make_checkpoint(actor=PROGRAM.label, now=LATER)
    assert made is not None
    (machine.elsewhere / name).write_text(made.note, encoding="utf-8", newline="")


class Kept(Machine):
    """What it had, when it was backed up."""

    reference: str
    had: tuple[dict[str, bytes], dict[str, tuple[int, bytes]]]


@pytest.fixture(scope="module")
def kept(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    """A machine that was backed up, then worked on, with a checkpoint of each moment elsewhere."""
    folder = tmp_path_factory.mktemp("srv")
    with django_db_blocker.unblock():
        machine = Kept(folder, connection.vendor)
        stores = {
            name: settings.STORAGES[name] | {"OPTIONS": {"location": str(machine.data / place)}}
            for name, place in (("default", "files"), ("crimes", "crimes"))
        }
        try:
            with override_settings(
                STORAGES=settings.STORAGES | stores,
                LEDGER_KEY_FOLDER=machine.data / "keys" / "ledger",
                PERMIT_KEY_FOLDER=machine.data / "keys" / "permits",
            ):
                machine.reference = before_the_backup(machine)
                machine.follow("backup", "keys")
                machine.had = (machine.files(), machine.keys())
                import_crimes(machine, material.MONTHS[-1:])
                keep_a_checkpoint(machine, "after.txt")
            assert len(machine.files()) > len(machine.had[0])
            yield machine
        finally:
            machine.drop()


@pytest.fixture
def lost(kept: Kept) -> Kept:
    """Nothing of it is left but what is kept in other places."""
    kept.lose()
    return kept


def sign_in(client: httpx.Client, username: str) -> str:
    """Where it leads. Cookies are for TLS alone, so that they are carried by hand."""
    asked = client.get("/accounts/login/")
    token = asked.cookies["csrftoken"]
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', asked.text)
    assert found
    answer = client.post(
        "/accounts/login/",
        data={"username": username, "password": PASSWORD, "csrfmiddlewaretoken": found[1]},
        headers={"Cookie": f"csrftoken={token}", "Referer": "https://overt.example.org/"},
    )
    return answer.headers.get("Location", answer.text)


def put_on(path: Path, content: bytes) -> bytes:
    """What was there before."""
    was = path.read_bytes()
    path.write_bytes(content)
    return was


def test_a_backup_of_data_holds_public_keys_and_no_secret_one(kept: Kept):
    secrets = [content.strip() for _, content in kept.had[1].values()]
    assert len(secrets) == 2
    held = b"".join(path.read_bytes() for path in kept.backup.rglob("*") if path.is_file())
    assert not [secret for secret in secrets if secret in held]
    public = (kept.backup / "public" / "ledger-keys.txt").read_text()
    assert public == (kept.elsewhere / "keys.txt").read_text()
    assert (kept.backup / "public" / "permit-keys.jws").read_text().count(".") == 2


def test_nothing_is_put_back_from_a_backup_that_was_damaged_or_changed(lost: Kept):
    def refused(word: str) -> None:
        done = lost.restore(checkpoint="before.txt")
        assert (done.returncode, word in done.stderr) == (1, True), done.stderr
        assert "Nothing was changed." in done.stderr
        assert lost.files() == lost.keys() == {}

    (database,) = lost.backup.glob("database.*")
    sums = lost.backup / "SHA256SUMS"
    whole = database.read_bytes()
    put_on(database, whole[:-1] + bytes([whole[-1] ^ 1]))
    refused("is damaged")
    listed = sums.read_bytes()
    lost.fit_sums()
    refused("is not the backup of which")
    put_on(database, whole)
    put_on(sums, b"".join(line for line in listed.splitlines(True) if b"files.tar" not in line))
    refused("is damaged or incomplete")
    put_on(sums, listed)
    (lost.backup / "slipped-in").touch()
    refused("is damaged or incomplete")
    (lost.backup / "slipped-in").unlink()


def test_what_was_backed_up_is_back_and_goes_on(lost: Kept):
    (lost.data / "files").mkdir()
    (lost.data / "files" / "somebody's").touch()
    done = lost.restore(checkpoint="before.txt")
    assert (done.returncode, "files is not empty" in done.stderr) == (1, True)
    assert (set(lost.files()), lost.keys()) == ({"files/somebody's"}, {})
    (lost.data / "files" / "somebody's").unlink()

    done = lost.restore(checkpoint="before.txt")
    assert done.returncode == 0, done.stderr
    assert "Intact: " in done.stdout
    assert "Holds: " in done.stdout
    assert (lost.files(), lost.keys()) == lost.had
    if lost.vendor == "postgresql":  # as in production
        serves(lost)

    done = lost.restore(checkpoint="before.txt")
    assert done.returncode == 1
    assert "is not empty" in done.stderr


def serves(lost: Kept) -> None:
    """It computes and shows what it had, gives the checkpoint that it gave, lets people sign in.
    The role that it runs as can back it up, and do nothing to what protects it."""
    assert "identical" in lost.follow("recompute")
    done = lost.do('pg_dump --dbname "$OVERT_DATABASE_URL" --file /dev/null')
    assert done.returncode == 0, done.stderr
    for attack in (
        "DROP TABLE ledger_entry",
        "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
        "TRUNCATE ledger_entry",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (one int)",
    ):
        done = lost.do(f'psql --dbname "$OVERT_DATABASE_URL" --command "{attack}"')
        assert done.returncode != 0, attack
        assert re.search("must be owner|permission denied", done.stderr)
    public = (lost.elsewhere / "keys.txt").read_bytes()
    with lost.serve() as server:
        lost.origin = f"http://127.0.0.1:{server.port}"
        with httpx.Client(base_url=lost.origin, headers=BY_NGINX, timeout=PATIENCE_S) as client:
            assert lost.reference in client.get("/register/").text
            assert sign_in(client, "aud") == "/"
        lost.follow("checkpoint")
    assert (lost.elsewhere / "keys.txt").read_bytes() == public
    before, now = (
        (lost.elsewhere / f"{name}.txt").read_bytes() for name in ("before", "checkpoint")
    )
    assert now == before


def test_a_tail_that_was_lost_is_found_by_the_checkpoint_that_was_kept_elsewhere(lost: Kept):
    if lost.vendor == "sqlite":
        pytest.skip("runs on PostgreSQL, as production does")
    done = lost.restore(checkpoint="after.txt")
    assert done.returncode != 0
    assert "Not intact: " in done.stderr
    assert "Intact: " not in done.stdout
    assert lost.files() == lost.had[0]
