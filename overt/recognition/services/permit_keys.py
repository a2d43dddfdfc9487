"""The keys that permits are signed with, and the signed sets of them that systems trust.

Rules
1. A private key is one file in `PERMIT_KEY_FOLDER`; the database has its public part and its times.
   Every web process needs the file; no page or command shows it.
2. The newest key whose time it is, and whose file is here, signs.
3. A key set holds every key that is not retired and not over. Each set is signed by the key that
   systems knew before (`overt_permit.keys`, rule 3), the first by its own.
4. A new key is in a set before it signs: systems have `KEY_LEAD` to fetch the set, unless the old
   key is lost; then they have to be given the new set by hand.
5. Only where one person is operator and user at once is the first key made unasked.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField
from overt_permit import keys
from overt_permit.errors import KeyFileError
from overt_permit.signing import Key, kid_of

from overt.accounts.actors import Actor
from overt.accounts.permissions import require
from overt.ledger import services as ledger
from overt.prepared import Call, Prepared, run
from overt.recognition import rules, verbs
from overt.recognition.errors import KeyRefused
from overt.recognition.models import KeySet, PermitKey

LIFE = timedelta(days=365)
KEY_LEAD = timedelta(days=7)
SUBJECT = "permit-keys"


def has_key(*, now: datetime) -> bool:
    """Whether there is a key that could sign at `now`."""
    return _usable(now) is not None


def keys_in_time(*, now: datetime) -> Call[list[PermitKey]]:
    """Asks for the keys whose time it is at `now`, the newest first."""
    return _IN_TIME.call(now=now)


def signing_key(*, now: datetime) -> Key:
    """The key that signs permits at `now`. Raises KeyRefused."""
    return signing_key_among(run(keys_in_time(now=now)), now=now)


def signing_key_among(known: list[PermitKey], *, now: datetime) -> Key:
    """The same, where `known` are the keys whose time it is. Raises KeyRefused."""
    usable = _with_a_file(known)
    if usable is None and settings.PERMITS_MAKE_THEIR_KEY and not PermitKey.objects.exists():
        generate(actor=Actor.of_command("permit_keys"), now=now)
        usable = _usable(now)
    if usable is None:
        raise KeyRefused("There is no permit key here: manage.py permit_keys generate makes one.")
    return _private(usable)


@transaction.atomic
def generate(*, actor: Actor, now: datetime) -> PermitKey:
    """The first key, and the first set. Raises NotAllowed or KeyRefused."""
    require(rules.may_manage_keys(actor))
    if PermitKey.objects.filter(retired_at__isnull=True, not_after__gt=now).exists():
        raise KeyRefused("There is a key already: manage.py permit_keys rotate replaces it.")
    made, private = _made(not_before=now, actor=actor, now=now)
    _issue(private, actor=actor, now=now)
    return made


@transaction.atomic
def rotate(*, lost: bool = False, actor: Actor, now: datetime) -> PermitKey:
    """A new key beside the one in force, which it follows after `KEY_LEAD`; at once, and alone,
    where the old one is `lost`. Raises NotAllowed or KeyRefused."""
    require(rules.may_manage_keys(actor))
    old = None if lost else _usable(now)
    if old is None and not lost:
        raise KeyRefused("The key in force is not here; if it is lost, say so with --lost.")
    if lost:
        for key in PermitKey.objects.select_for_update().filter(retired_at__isnull=True):
            _retire(key, "Its file is lost.", actor, now)
    made, private = _made(not_before=now if lost else now + KEY_LEAD, actor=actor, now=now)
    _issue(_private(old) if old else private, actor=actor, now=now)
    return made


@transaction.atomic
def retire(*, kid: str, reason: str, actor: Actor, now: datetime) -> PermitKey:
    """Nothing is signed with the key any more, and the next set lacks it. Raises NotAllowed or
    KeyRefused."""
    require(rules.may_manage_keys(actor))
    key = PermitKey.objects.select_for_update().filter(kid=kid, retired_at__isnull=True).first()
    if key is None:
        raise KeyRefused(f"There is no key {kid} in use.")
    _retire(key, reason, actor, now)
    usable = _usable(now)
    if usable is None:
        raise KeyRefused("No other key could sign: rotate first.")
    _issue(_private(usable), actor=actor, now=now)
    return key


_IN_TIME = Prepared(
    lambda now: PermitKey.objects.filter(
        retired_at__isnull=True, not_before__lte=now, not_after__gt=now
    ),
    now=DateTimeField(),
)


def _usable(now: datetime) -> PermitKey | None:
    return _with_a_file(run(keys_in_time(now=now)))


def _with_a_file(known: list[PermitKey]) -> PermitKey | None:
    return next((key for key in known if _path(key.kid).exists()), None)


def _path(kid: str) -> Path:
    return Path(settings.PERMIT_KEY_FOLDER) / f"{kid}{keys.SUFFIX}"


def _private(key: PermitKey) -> Key:
    try:
        return keys.read(_path(key.kid))
    except KeyFileError as error:
        raise KeyRefused(str(error)) from error


def _made(*, not_before: datetime, actor: Actor, now: datetime) -> tuple[PermitKey, Key]:
    private = keys.generate()
    try:
        keys.write(Path(settings.PERMIT_KEY_FOLDER), private)
    except KeyFileError as error:
        raise KeyRefused(str(error)) from error
    begins = not_before.astimezone(UTC).replace(microsecond=0)
    row = PermitKey.objects.create(
        kid=kid_of(private),
        public=keys.public(private),
        not_before=begins,
        not_after=begins + LIFE,
        added_at=now,
    )
    payload = {"kid": row.kid, "not_before": row.not_before, "not_after": row.not_after}
    _record(verbs.PERMIT_KEY_ADDED.name, payload, actor, now)
    return row, private


def _retire(key: PermitKey, reason: str, actor: Actor, now: datetime) -> None:
    key.retired_at = now
    key.save(update_fields=["retired_at"])
    _record(verbs.PERMIT_KEY_RETIRED.name, {"kid": key.kid, "reason": reason}, actor, now)


def _issue(private: Key, *, actor: Actor, now: datetime) -> KeySet:
    last = KeySet.objects.select_for_update().order_by("-version").first()
    rows = PermitKey.objects.filter(retired_at__isnull=True, not_after__gt=now).order_by("pk")
    issued = keys.KeySet(
        version=last.version + 1 if last else 1,
        issued_at=int(now.timestamp()),
        keys={
            row.kid: keys.ValidKey(
                row.public, int(row.not_before.timestamp()), int(row.not_after.timestamp())
            )
            for row in rows
        },
    )
    document = issued.signed(private)
    made = KeySet.objects.create(
        version=issued.version,
        document=document,
        sha256=sha256(document.encode()).hexdigest(),
        issued_at=now,
    )
    payload = {"version": made.version, "sha256": made.sha256, "kids": sorted(issued.keys)}
    _record(verbs.KEY_SET_ISSUED.name, payload, actor, now)
    return made


def _record(verb: str, payload: dict[str, object], actor: Actor, now: datetime) -> None:
    ledger.append(actor=actor.label, verb=verb, subject=SUBJECT, payload=payload, now=now)
