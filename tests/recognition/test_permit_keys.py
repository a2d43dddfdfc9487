"""Permit keys: made, followed, lost, retired; and what a system that pinned a set makes of it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from overt_permit import keys
from overt_permit.errors import Refused
from overt_permit.signing import kid_of

from overt.ledger.models import Entry
from overt.recognition.errors import KeyRefused
from overt.recognition.models import KeySet, PermitKey
from overt.recognition.services import permit_keys
from tests.deployments.making import NOW, PROGRAM

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.PERMIT_KEY_FOLDER = tmp_path / "permits"
    settings.PERMITS_MAKE_THEIR_KEY = False


def newest() -> str:
    return KeySet.objects.order_by("-version").first().document


def seconds(at) -> int:
    return int(at.timestamp())


def test_without_a_key_nothing_is_signed():
    assert not permit_keys.has_key(now=NOW)
    with pytest.raises(KeyRefused, match="permit_keys generate"):
        permit_keys.signing_key(now=NOW)


def test_a_system_that_pinned_the_first_set_follows_a_rotation_without_a_gap():
    first = permit_keys.generate(actor=PROGRAM, now=NOW)
    pinned = keys.pin(newest())
    assert set(pinned.keys) == {first.kid}
    second = permit_keys.rotate(actor=PROGRAM, now=NOW + DAY)
    followed = keys.follow(pinned, newest(), at=seconds(NOW + DAY))
    assert set(followed.keys) == {first.kid, second.kid}
    for days in range(20):
        at = NOW + days * DAY
        kid = kid_of(permit_keys.signing_key(now=at))
        assert followed.find(kid, at=seconds(at))
        assert kid == (second.kid if at >= second.not_before else first.kid)


def test_a_lost_key_is_replaced_at_once_and_the_pinned_set_does_not_follow_by_itself():
    first = permit_keys.generate(actor=PROGRAM, now=NOW)
    pinned = keys.pin(newest())
    (next(iter(permit_keys._path(first.kid).parent.glob("*")))).unlink()
    with pytest.raises(KeyRefused, match="--lost"):
        permit_keys.rotate(actor=PROGRAM, now=NOW)
    second = permit_keys.rotate(lost=True, actor=PROGRAM, now=NOW + DAY)
    assert kid_of(permit_keys.signing_key(now=NOW + DAY)) == second.kid
    with pytest.raises(Refused) as refused:
        keys.follow(pinned, newest(), at=seconds(NOW + DAY))
    assert refused.value.reason == "key-unknown"
    assert set(keys.pin(newest()).keys) == {second.kid}


def test_a_retired_key_is_in_no_later_set_and_signs_nothing():
    first = permit_keys.generate(actor=PROGRAM, now=NOW)
    with pytest.raises(KeyRefused, match="rotate first"):
        permit_keys.retire(kid=first.kid, reason="x", actor=PROGRAM, now=NOW)
    second = permit_keys.rotate(actor=PROGRAM, now=NOW)
    later = NOW + 8 * DAY
    permit_keys.retire(kid=first.kid, reason="Its year is over.", actor=PROGRAM, now=later)
    assert set(keys.pin(newest()).keys) == {second.kid}
    assert [key.kid for key in PermitKey.objects.filter(retired_at__isnull=True)] == [second.kid]


def test_files_are_for_their_owner_alone_and_one_that_is_not_is_refused():
    made = permit_keys.generate(actor=PROGRAM, now=NOW)
    path = permit_keys._path(made.kid)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(KeyRefused, match="chmod 600"):
        permit_keys.signing_key(now=NOW)


def test_no_secret_is_printed_or_written_to_the_ledger():
    out = StringIO()
    for what in (["generate"], ["rotate"], ["list"], ["export-set"]):
        call_command("permit_keys", *what, stdout=out)
    told = out.getvalue() + "".join(Entry.objects.values_list("payload", flat=True))
    for key in PermitKey.objects.all():
        secret = keys.read(permit_keys._path(key.kid)).as_dict(private=True)["d"]
        assert secret not in told
    assert list(Entry.objects.order_by("seq").values_list("verb", flat=True)) == [
        "permit_key.added",
        "permit_key_set.issued",
        "permit_key.added",
        "permit_key_set.issued",
    ]
    with pytest.raises(CommandError, match="There is a key already"):
        call_command("permit_keys", "generate", stdout=out)


def test_a_key_is_made_unasked_only_where_the_settings_say_so(settings):
    settings.PERMITS_MAKE_THEIR_KEY = True
    now = timezone.now()
    assert permit_keys.signing_key(now=now)
    assert PermitKey.objects.count() == 1
