"""Attacks on what a verifier believes and remembers: its key set and its state."""

import pytest
from attacking import Attack, Attacks, answer_to
from overt_permit import keys
from overt_permit.guard import Guard
from permit_making import (
    CONFIG,
    FIRST_SET,
    NEXT,
    SERVER,
    SESSION,
    STRANGER,
    T0,
    YEAR,
    Van,
    base64url,
    canonical,
    header,
    key_set,
    permit,
    raw,
    rewrite,
    valid,
)

attacks = Attacks()

# Keys and key sets.


def second_set(**changed: int) -> keys.KeySet:
    return key_set(valid(SERVER), valid(NEXT), **{"version": 2, **changed})


@attacks("a permit of a removed key", "key-unknown", 2)
def removed_key(van: Van) -> object:
    van.follow(key_set(valid(NEXT), version=2).signed(SERVER))
    return van.accept(permit())


@attacks("running on after the permit's key was removed", "key-unknown", 2)
def removed_under_way(van: Van) -> object:
    van.accept(permit())
    van.follow(key_set(valid(NEXT), version=2).signed(SERVER))
    return van.may_run()


@attacks("a permit of a key before its time", "key-not-valid", 2)
def key_too_early(van: Van) -> object:
    van.follow(key_set(valid(SERVER), valid(NEXT, begins=T0 + 1), version=2).signed(SERVER))
    return van.accept(permit(NEXT))


@attacks("a permit of a key after its time", "key-not-valid", 2)
def key_too_late(van: Van) -> object:
    van.follow(key_set(valid(SERVER), valid(NEXT, ends=T0), version=2).signed(SERVER))
    return van.accept(permit(NEXT))


@attacks("an older key set", "set-rolled-back", 12)
def older_set(van: Van) -> object:
    van.follow(second_set().signed(SERVER))
    return van.follow(FIRST_SET.signed(SERVER))


@attacks("an older key set, after a restart", "set-rolled-back", 12)
def older_set_after_restart(van: Van) -> object:
    van.follow(second_set().signed(SERVER))
    van.restart()
    return van.follow(FIRST_SET.signed(SERVER))


@attacks("an older key set, brought by hand", "set-rolled-back", 12)
def older_set_by_hand(van: Van) -> object:
    van.follow(second_set().signed(SERVER))
    return van.file.pin(FIRST_SET.signed(SERVER))


@attacks("an older key set, from a file beside the state", "set-rolled-back", 12)
def older_set_given_to_the_guard(van: Van) -> object:
    van.follow(second_set().signed(SERVER))
    return Guard(CONFIG, FIRST_SET, van.file)


@attacks("a key set that is older than another process has pinned", "set-rolled-back", 12)
def older_set_than_another_process(van: Van) -> object:
    van.file.follow(FIRST_SET, second_set(version=3).signed(SERVER), at=T0)
    return van.follow(second_set().signed(SERVER))


@attacks("the same version with other keys", "set-rolled-back", 12)
def same_version(van: Van) -> object:
    return van.follow(key_set(valid(SERVER), valid(STRANGER)).signed(SERVER))


@attacks("the same version in other bytes", "set-rolled-back", 12)
def same_version_in_another_order(van: Van) -> object:
    van.follow(second_set().signed(SERVER))
    return van.follow(key_set(valid(NEXT), valid(SERVER), version=2).signed(SERVER))


@attacks("the same version with other keys, brought by hand", "set-rolled-back", 12)
def same_version_by_hand(van: Van) -> object:
    return van.file.pin(key_set(valid(STRANGER)).signed(STRANGER))


@attacks("a key set that a stranger signed", "key-unknown", 2)
def set_of_a_stranger(van: Van) -> object:
    return van.follow(key_set(valid(STRANGER), version=2).signed(STRANGER))


@attacks("a key set that only its own new key signed", "key-unknown", 2)
def set_of_its_own_key(van: Van) -> object:
    return van.follow(second_set().signed(NEXT))


@attacks("a key set signed with a removed key", "key-unknown", 2)
def set_of_a_removed_key(van: Van) -> object:
    van.follow(key_set(valid(NEXT), version=2).signed(SERVER))
    return van.follow(key_set(valid(STRANGER), version=3).signed(SERVER))


@attacks("a key set signed with an expired key", "key-not-valid", 2)
def set_of_an_expired_key(van: Van) -> object:
    van.passes(2 * YEAR)
    return van.follow(second_set().signed(SERVER))


@attacks("the same, with the clock set back before the key's end", "clock-went-back", 9)
def set_of_an_expired_key_and_clock_back(van: Van) -> object:
    van.passes(2 * YEAR)
    van.may_run()
    van.wall -= 2 * YEAR
    return van.follow(second_set().signed(SERVER))


@attacks("a permit in place of a key set", "type-refused", 2)
def permit_as_set(van: Van) -> object:
    return van.follow(permit())


@attacks("a key set with no keys", "set-malformed", 0)
def empty_set(van: Van) -> object:
    return van.follow(key_set(version=2).signed(SERVER))


@attacks("a key set with a key that is none", "key-malformed", 0)
def set_with_no_key(van: Van) -> object:
    return van.follow(set_of({"x": "AAAA", "not_before": 0, "not_after": 1}))


@attacks("a key set with a private key", "set-malformed", 0)
def set_with_private_key(van: Van) -> object:
    row = {"x": keys.public(NEXT), "d": "AAAA", "not_before": 0, "not_after": 1}
    return van.follow(set_of(row))


@attacks("a key set with one key twice", "set-malformed", 0)
def set_with_key_twice(van: Van) -> object:
    row = {"x": keys.public(NEXT), "not_before": 0, "not_after": T0}
    return van.follow(set_of(row, row | {"not_after": T0 + YEAR}))


@attacks("a key set whose version is true", "set-malformed", 0)
def set_with_true_version(van: Van) -> object:
    row = {"x": keys.public(NEXT), "not_before": 0, "not_after": 1}
    return van.follow(set_of(row, version=True))


@attacks("a key set of a thousand keys", "token-too-long", 0)
def huge_set(van: Van) -> object:
    row = {"x": keys.public(NEXT), "not_before": 0, "not_after": 1}
    return van.follow(set_of(*[row] * 1000))


@attacks("a key set cut short, brought by hand", "token-malformed", 0)
def set_cut_short(van: Van) -> object:
    return van.file.pin(second_set().signed(SERVER)[:-1])


@attacks("a key set with a key slipped in, brought by hand", "signature-wrong", 2)
def set_with_key_slipped_in(van: Van) -> object:
    head, _, mark = second_set().signed(SERVER).split(".")
    other = key_set(valid(SERVER), valid(STRANGER), version=2)
    return van.file.pin(f"{head}.{base64url(other.payload())}.{mark}")


def set_of(*rows: dict[str, object], version: object = 2) -> str:
    content = {"version": version, "issued_at": T0, "keys": list(rows)}
    return raw(canonical(header(typ=keys.TYPE)), canonical(content))


# The state.


@attacks("the state deleted, and a restart", "state-unreadable", 1)
def state_deleted(van: Van) -> object:
    van.accept(permit())
    van.file.path.unlink()
    van.restart()
    return van.accept(permit())


@attacks("the state deleted under way", "state-unreadable", 1)
def state_deleted_under_way(van: Van) -> object:
    van.file.path.unlink()
    return van.accept(permit())


@attacks("the state begun afresh over the one that is there", "state-exists", 1)
def state_begun_afresh(van: Van) -> object:
    van.accept(permit())
    van.file.init()
    return van.may_run()


@attacks("the state cut short", "state-unreadable", 1)
def state_cut_short(van: Van) -> object:
    van.accept(permit())
    van.file.path.write_bytes(van.file.path.read_bytes()[:-9])
    return van.accept(permit(seq=2))


@attacks("an empty state", "state-unreadable", 1)
def state_emptied(van: Van) -> object:
    van.file.path.write_bytes(b"")
    return van.accept(permit())


@attacks("the latest moment in the state made earlier by hand", "state-unreadable", 1)
def state_edited(van: Van) -> object:
    van.accept(permit())
    found = van.file.path.read_bytes()
    van.file.path.write_bytes(found.replace(b'"latest":%d' % T0, b'"latest":%d' % (T0 - 9)))
    return van.accept(permit(seq=2))


@attacks("a state with a number that is true", "state-unreadable", 1)
def state_with_true(van: Van) -> object:
    rewrite(van.file, sessions=[[SESSION, True]])
    return van.accept(permit())


@attacks("a state without a member", "state-unreadable", 1)
def state_without_member(van: Van) -> object:
    rewrite(van.file, latest=None)
    return van.accept(permit())


@attacks("a folder in place of the state", "state-unreadable", 1)
def state_is_a_folder(van: Van) -> object:
    van.file.path.unlink()
    van.file.path.mkdir()
    return van.accept(permit())


@attacks("the state rolled back under way", "state-rolled-back", 1)
def state_rolled_back(van: Van) -> object:
    before = van.file.path.read_bytes()
    van.accept(permit())
    van.file.path.write_bytes(before)
    return van.accept(permit())


@attacks("the state rolled back to before the latest moment", "state-rolled-back", 1)
def latest_rolled_back(van: Van) -> object:
    before = van.file.path.read_bytes()
    van.passes(120)
    van.may_run()
    assert van.file.path.read_bytes() != before
    van.file.path.write_bytes(before)
    now = T0 + 120
    return van.accept(permit(iat=now, nbf=now, exp=now + 60))


@attacks("the key set in the state rolled back under way", "state-rolled-back", 1)
def set_rolled_back_under_way(van: Van) -> object:
    van.follow(second_set().signed(SERVER))
    van.accept(permit())
    rewrite(van.file, key_set=FIRST_SET.signed(SERVER), set_version=1)
    return van.accept(permit(seq=2))


@attacks("the state rolled back, a restart, and a permit that has ended", "expired", 7)
def state_rolled_back_and_restarted(van: Van) -> object:
    before = van.file.path.read_bytes()
    van.accept(permit())
    van.file.path.write_bytes(before)
    van.passes(60)
    van.restart()
    return van.accept(permit())


@attacks("the pinned set taken out of the state", "set-missing", 12)
def set_taken_out(van: Van) -> object:
    rewrite(van.file, key_set="")
    return van.file.read().pinned()


@attacks("an older pinned set put into the state", "set-rolled-back", 12)
def set_rolled_back_in_state(van: Van) -> object:
    van.follow(second_set().signed(SERVER))
    older = FIRST_SET.signed(SERVER)
    rewrite(van.file, key_set=older)
    return van.file.read().pinned()


@pytest.mark.parametrize(("attack", "expected"), attacks.cases)
def test_is_refused(van: Van, attack: Attack, expected: tuple[str, int]):
    assert answer_to(attack, van) == expected
