"""Keys, signed notes and checkpoints against the written form, without a database."""

import base64
from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from overt.ledger import keys, notes
from overt.ledger.checkpoints import TreeHead
from overt.ledger.notes import ForgedNote, MalformedNote, SigningKey, UnknownSigner, VerifierKey

KEY = SigningKey("example.org/ledger", bytes(range(32)))
OTHER = SigningKey("example.org/ledger", bytes(32))
HEAD = TreeHead("example.org/ledger", 17, "ab" * 32, "cd" * 32)


def signed(*signers: SigningKey) -> str:
    return notes.sign(HEAD.text(), signers or [KEY])


def test_the_example_of_the_go_checksum_database_is_a_good_note():
    key = VerifierKey.of_text("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = notes.parse(
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
        "otpRZb6KE6RyyBwJnAM=\n"
    )
    assert notes.signers(note, [key]) == [key]


def test_a_stranger_can_check_the_signature_from_the_written_form():
    text, _, line = signed().partition("\n\n")
    name, encoded = line.removeprefix("— ").split()
    raw = base64.b64decode(encoded)
    public = KEY.verifier.public
    assert raw[:4] == sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], f"{text}\n".encode())


def test_keys_are_read_back_from_their_text():
    assert VerifierKey.of_text(str(KEY.verifier)) == KEY.verifier
    assert SigningKey.of_secret_text(KEY.secret_text() + "\n") == KEY
    assert KEY.secret_text().startswith("PRIVATE+KEY+example.org/ledger+")


def test_a_private_key_is_never_shown_by_accident():
    assert KEY.secret_text()[-20:] not in repr(KEY) + str(KEY)
    with pytest.raises(MalformedNote) as caught:
        SigningKey.of_secret_text(KEY.secret_text()[:-2] + "AA")
    assert KEY.secret_text()[40:60] not in str(caught.value)


@pytest.mark.parametrize("text", ["", "a", "a+b", "a+00000000+AQ==", "a b+1+2", "a+b+c+d"])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(MalformedNote):
        VerifierKey.of_text(text)
    with pytest.raises(MalformedNote):
        SigningKey.of_secret_text(f"PRIVATE+KEY+{text}")


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb"])
def test_a_name_with_spaces_or_plus_is_refused(name):
    with pytest.raises(MalformedNote):
        SigningKey.generate(name)


def test_both_signers_of_a_note_are_found_and_a_stranger_is_ignored():
    note = notes.parse(signed(KEY, OTHER))
    assert notes.signers(note, [OTHER.verifier, KEY.verifier]) == [OTHER.verifier, KEY.verifier]
    assert notes.signers(note, [KEY.verifier]) == [KEY.verifier]


def test_a_note_of_unknown_signers_is_told_from_a_forged_one():
    with pytest.raises(UnknownSigner):
        notes.signers(notes.parse(signed(OTHER)), [KEY.verifier])
    with pytest.raises(ForgedNote):
        notes.signers(notes.parse(signed().replace("\n17\n", "\n18\n")), [KEY.verifier])


def test_a_signature_moved_under_a_known_name_is_a_forgery():
    raw = base64.b64decode(signed(OTHER).split()[-1])
    forged = base64.b64encode(bytes.fromhex(KEY.verifier.id) + raw[4:]).decode()
    note = f"{HEAD.text()}\n— {KEY.name} {forged}\n"
    with pytest.raises(ForgedNote):
        notes.signers(notes.parse(note), [KEY.verifier])


@pytest.mark.parametrize(
    "damage",
    [
        lambda note: "",
        lambda note: note.rstrip("\n"),
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.replace("—", "-"),
        lambda note: note.replace("\n", "\r\n"),
        lambda note: note[:-4] + "?\n",
        lambda note: note.replace("— ", "— \t"),
        lambda note: note + "— x AAAA\n",
        lambda note: "x" * 70_000 + note,
        lambda note: note + note.split("\n\n")[1] * 16,
    ],
)
def test_what_is_no_note_is_refused(damage):
    with pytest.raises(MalformedNote):
        notes.parse(damage(signed()))


def test_a_checkpoint_is_read_back_from_its_text():
    assert TreeHead.of_text(HEAD.text()) == HEAD
    assert HEAD.text().split("\n")[:2] == ["example.org/ledger", "17"]
    further = HEAD.text() + "another extension\n"
    assert TreeHead.of_text(further) == HEAD
    bare = "\n".join(HEAD.text().split("\n")[:3]) + "\n"
    assert TreeHead.of_text(bare) == replace(HEAD, head="")


@pytest.mark.parametrize(
    ("old", "new"),
    [("17", "017"), ("17", "-1"), ("17", ""), ("q6ur", "????"), ("q6ur", ""), ("17\n", "")],
)
def test_what_is_no_checkpoint_is_refused(old, new):
    assert old in HEAD.text()
    with pytest.raises(MalformedNote):
        TreeHead.of_text(HEAD.text().replace(old, new, 1))


def test_a_key_file_is_its_owners_alone_and_never_written_again(tmp_path):
    key, path = keys.generate(tmp_path / "keys", "example.org/ledger")
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.read(path) == key
    assert not keys.open_to_others(path)
    path.chmod(0o640)
    assert keys.open_to_others(path)


def test_a_key_file_that_is_there_is_not_overwritten(tmp_path, monkeypatch):
    monkeypatch.setattr(SigningKey, "generate", classmethod(lambda cls, name: KEY))
    keys.generate(tmp_path, KEY.name)
    before = (tmp_path / f"{KEY.verifier.id}.key").read_bytes()
    with pytest.raises(keys.KeyFileError):
        keys.generate(tmp_path, KEY.name)
    assert (tmp_path / f"{KEY.verifier.id}.key").read_bytes() == before


def test_a_damaged_key_file_is_named_and_not_shown(tmp_path):
    path = tmp_path / "bad.key"
    path.write_text("PRIVATE+KEY+x+y+secret")
    with pytest.raises(keys.KeyFileError) as caught:
        keys.read(path)
    assert str(path) in str(caught.value)
    assert "secret" not in str(caught.value)
