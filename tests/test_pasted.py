"""What is refused as pasted, and what people write that is not."""

import base64
import random

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from overt.pasted import is_pasted
from tests.attacks.payloads import TEXTS
from tests.deployments import making
from tests.deployments.making import NOW


@pytest.mark.parametrize("label", TEXTS)
def test_knows_what_nobody_writes(label: str) -> None:
    assert is_pasted(TEXTS[label])
    assert is_pasted(f"See this:\n\n{TEXTS[label]}\n\nThank you.")


@given(st.integers(0, 2**64), st.integers(min_value=120, max_value=2_000))
def test_knows_any_compressed_bytes(seed: int, length: int) -> None:
    raw = random.Random(seed).randbytes(length)
    for text in (base64.b64encode(raw), base64.urlsafe_b64encode(raw), base64.encodebytes(raw)):
        assert is_pasted(text.decode())
    assert is_pasted(raw.hex())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Necessary and proportionate. " * 300,
        "a" * 5_000,
        "-" * 300,
        "see https://www.gov.uk/government/publications/police-use-of-live-facial-recognition",
        f"SHA-256 {'0123456789abcdef' * 4}, and {'fedcba9876543210' * 4}",
        "\n".join(f"51.46{n:04d}, -0.11{n:04d}" for n in range(200)),
        "[" + ",".join(f"[-0.11{n:04d},51.46{n:04d}]" for n in range(200)) + "]",
        "0.64, 0.62 and 0.60 were compared; 0.571 is the lowest of the 17 thresholds.",
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch " * 4,
    ],
)
def test_leaves_alone_what_people_write(text: str) -> None:
    assert not is_pasted(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=120))
def test_no_short_text_is_refused_but_an_address_of_data(text: str) -> None:
    assert not is_pasted(text) or "base64," in text.lower()


@pytest.mark.django_db
def test_the_page_says_so_and_nothing_is_kept() -> None:
    cast = making.people()
    made = making.draft(cast, now=NOW)
    client = Client()
    client.force_login(cast.planner)
    page = f"/deployments/{made.reference}/tasks/necessity/"
    answer = client.post(page, {"aim": TEXTS["picture in base64"]})
    assert answer.status_code == 400
    assert "Overt takes no images" in answer.content.decode()
    made.refresh_from_db()
    assert TEXTS["picture in base64"][:40] not in str(made.draft)
    asked = client.get("/deployments/", {"q": TEXTS["template in hexadecimal"]})
    assert asked.status_code == 400
    assert (
        client.get("/", headers={"User-Agent": TEXTS["picture in hexadecimal"]}).status_code == 400
    )
