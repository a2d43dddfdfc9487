"""docs/contract.md says what the code does: its examples are read, its figures worked out again."""

import base64
import hashlib
import json
import re
from math import comb, log2
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.jwk import OKPKey

from overt.recognition.contract import REASONS, PermitRequest, canonical, limits, read, schemas
from overt.recognition.contract.schemas import ANSWERS, REQUESTS
from tests.conftest import ROOT

from .bodies import BATCH, written
from .residue import choices

DOCUMENT = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", DOCUMENT, re.S | re.M)
EXAMPLES = [(name, json.loads(text)) for kind, name, text in BLOCKS if kind == "json"]
SCHEMAS = schemas()


def block(name: str) -> str:
    (text,) = [text for _, one, text in BLOCKS if one == name]
    return text.strip()


def rows(heading: str) -> list[list[str]]:
    """The cells of the table with this heading."""
    table = DOCUMENT.split(f"\n{heading}\n", 1)[1].split("\n\n", 1)[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[1:]
    ]


@pytest.mark.parametrize(("name", "content"), EXAMPLES)
def test_an_example_is_as_the_contract_has_it(name: str, content: Any):
    if name in REQUESTS:
        assert canonical(read(REQUESTS[name], written(content))) == written(content)
    else:
        ANSWERS[name].model_validate_json(written(content))


def test_every_body_has_an_example():
    assert {name for name, _ in EXAMPLES} == set(SCHEMAS)


def test_every_schema_is_named():
    for name in SCHEMAS:
        assert f"`{name}`" in DOCUMENT


def test_every_reason_is_explained_in_its_own_words():
    told = {name.strip("`"): sentence for name, sentence in rows("| reason | |")}
    assert told == dict(REASONS)


def test_every_reason_of_a_service_is_explained():
    found = set()
    for path in (ROOT / "overt" / "recognition" / "services").glob("*.py"):
        found |= set(re.findall(r'BatchRefused\(\s*"([a-z-]+)"', path.read_text("utf-8")))
    assert found
    # The contract refuses these first, as `not-in-order`.
    for reason in found - {"alert-twice", "counted-twice"}:
        assert f"| `{reason}` |" in DOCUMENT, reason


def test_the_signature_is_worked_out_as_it_says():
    (code,) = [text for kind, _, text in BLOCKS if kind == "python" and "overt_signature" in text]
    worked: dict[str, Any] = {}
    exec(code, worked)
    assert worked["overt_signature"] == block("overt-signature")
    assert worked["body"].decode() == block("body")
    assert canonical(read(PermitRequest, worked["body"])) == worked["body"]


def test_the_signature_verifies_with_the_key_of_rfc_8037():
    def raw(text: str) -> bytes:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    header, payload, signature = block("overt-signature").split(".")
    assert payload == ""
    body = base64.urlsafe_b64encode(block("body").encode()).rstrip(b"=").decode()
    public = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    key = Ed25519PublicKey.from_public_bytes(raw(public))
    key.verify(raw(signature), f"{header}.{body}".encode())
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": public}
    thumbprint = hashlib.sha256(written(jwk)).digest()
    assert raw(json.loads(raw(header))["kid"]) == thumbprint


def test_the_package_for_systems_signs_the_same():
    signing = pytest.importorskip("overt_permit.signing", reason="overt-permit is not installed")
    header, _, _ = block("overt-signature").split(".")
    said = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    key = OKPKey.import_key(
        {
            "crv": "Ed25519",
            "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "kty": "OKP",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        }
    )
    signature = signing.sign_request(
        said["htm"], said["htu"], block("body").encode(), said["iat"], key
    )
    assert signature == block("overt-signature")


def test_every_member_of_the_header_is_explained():
    header, _, _ = block("overt-signature").split(".")
    members = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    table = DOCUMENT.split("no other member:\n\n", 1)[1].split("\n\n", 1)[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.M) == sorted(members)


def test_how_many_values_each_field_can_have_is_counted():
    told = {name: (values, bits) for name, values, bits in rows("| | values | bits |")}
    assert told == {
        f"`{field}`": (f"{values:,}" if values < 10**7 else f"{values:.1e}", f"{log2(values):.1f}")
        for name in REQUESTS
        for field, values in choices(SCHEMAS[name], name)
    }


def test_the_bits_that_are_left_are_worked_out():
    told = dict(rows("| | bits |"))
    seconds = 6 * 60 * 60
    answers = 2 + 20  # engaged: unknown or not; or yes, with a code or none
    correction = answers + 3 * seconds * 4 * answers
    alert = seconds * limits.CAMERAS * correction
    fits = (limits.BATCH_BYTES - 500) // len(written(BATCH["alerts"][0]))
    label = dict(choices(SCHEMAS["batch"], "batch"))
    worked = {
        "a counter": 1 + log2(limits.FACES_A_MINUTE + 1),
        "an alert": log2(alert),
        "a correction": log2(correction),
        "the numbers": log2(comb(limits.ALERTS, 390)) / 390,
        "the same": 0,
        "the labels": limits.CAMERAS * log2(label["batch.counters[].camera"]),
        "the digest": 256,
        "a category": log2(limits.PEOPLE),
        "the signature": 252,
    }
    assert 380 <= fits <= 400
    for (sentence, bits), (beginning, value) in zip(told.items(), worked.items(), strict=True):
        assert sentence.startswith(beginning)
        digits = re.findall(r"[\d,]+(?:\.\d)?", bits)[-1]
        assert digits.replace(",", "") in {f"{value:.1f}", f"{value:.0f}"}, sentence
    assert round(6 * 60 * worked["the signature"] / 1000) == 91
    bounds = f"{limits.BATCHES:,} batches, {limits.ALERTS:,} alerts and {limits.MANIFESTS}"
    assert bounds in DOCUMENT
    assert 7_000 < 500 * worked["a counter"] < 7_200
    assert 19_500 < 390 * (worked["an alert"] + worked["the numbers"]) < 20_500
