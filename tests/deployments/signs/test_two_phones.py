"""Several people answer about one sign at the same moment, from processes of their own."""

import json
import subprocess
import sys

import pytest

from overt.deployments import states
from overt.deployments.models import Deployment, SignCheck
from overt.ledger.models import Entry
from tests.deployments import making

from .conftest import first_sign

PHONE = """
import sys
import django
django.setup()
from datetime import timedelta
from overt.accounts.actors import Actor
from overt.accounts.models import User
from overt.deployments.errors import DeploymentError
from overt.deployments.models import Sign
from overt.deployments.services.signs import record_check
from tests.deployments import making
who, kind, key = sys.argv[1:]
sign = Sign.objects.get(code="S1")
actor = Actor.of_user(User.objects.get(username=who))
print("ready", flush=True)
sys.stdin.readline()
try:
    record_check(
        sign=sign, kind=kind, here=None, note="By the bank.", key=key, actor=actor,
        now=making.START - timedelta(hours=1),
    )
    print("recorded")
except DeploymentError as refusal:
    print(refusal)
"""

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def press(environment: dict[str, str], *answers: tuple[str, str, str]) -> list[str]:
    """What each phone is told; all press together."""
    phones = [
        subprocess.Popen(
            [sys.executable, "-c", PHONE, *answer],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for answer in answers
    ]
    assert [phone.stdout.readline() for phone in phones] == ["ready\n"] * len(phones)
    for phone in phones:
        phone.stdin.write("go\n")
        phone.stdin.flush()
    return [phone.communicate()[0].strip() for phone in phones]


def test_one_answer_that_arrives_many_times_at_once_is_one_check(other_process_env):
    making.deployment_in(states.AUTHORISED)
    answer = ("oli", "placed", "the-key-of-the-page")
    assert press(other_process_env, answer, answer, answer) == ["recorded"] * 3
    assert SignCheck.objects.count() == 1
    assert Entry.objects.filter(verb="sign.placed").count() == 1


def test_two_people_who_report_a_sign_at_once_are_both_heard(other_process_env):
    made = making.deployment_in(states.READY)
    before = SignCheck.objects.count()
    told = press(
        other_process_env,
        ("oli", "missing", "the-key-of-one-page"),
        ("pat", "missing", "the-key-of-another"),
    )
    assert told == ["recorded"] * 2
    assert SignCheck.objects.count() == before + 2
    assert Entry.objects.filter(verb="deployment.not_ready").count() == 1
    assert Deployment.objects.get(pk=made.pk).state == states.AUTHORISED


def test_still_in_place_and_missing_at_once_end_in_the_order_of_the_record(other_process_env):
    made = making.deployment_in(states.READY)
    told = press(
        other_process_env,
        ("oli", "rechecked", "the-key-of-one-page"),
        ("pat", "missing", "the-key-of-another"),
    )
    assert told[1] == "recorded"
    kinds = list(first_sign(made).checks.order_by("pk").values_list("kind", flat=True))
    if told[0] == "recorded":
        assert kinds == ["placed", "rechecked", "missing"]
    else:
        assert "was reported missing" in told[0]
        assert kinds == ["placed", "missing"]
    written = [
        json.loads(e.payload)["kind"] for e in Entry.objects.filter(verb__startswith="sign.")
    ]
    assert sorted(written) == sorted(kinds[1:])
