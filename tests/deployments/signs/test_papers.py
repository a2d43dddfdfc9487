"""Signs on paper: what is printed, for whom, and when."""

import re
import zlib
from datetime import timedelta
from types import SimpleNamespace

import pytest
import weasyprint
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from overt.deployments import states
from overt.deployments.errors import WrongState
from overt.deployments.models import Deployment, Sign
from overt.deployments.services import sign_papers
from overt.deployments.services.sign_papers import Addresses
from overt.policy import profiles
from overt.policy.document import Profile
from tests.accounts.signing_in import sign_in
from tests.deployments import making

from . import reading

pytestmark = pytest.mark.django_db

PUBLIC = Addresses("https://lfr.example.police.uk", "lfr.example.police.uk/somewhere/")
PROFILES = ("met-2024-09", "example-force")


def use(monkeypatch: pytest.MonkeyPatch, profile: Profile | SimpleNamespace) -> None:
    monkeypatch.setattr(sign_papers, "profile_of", lambda _: profile)


def saying(text: str) -> SimpleNamespace:
    """A profile with this text on its signs."""
    signs = profiles.load().signs
    changed = signs.model_copy(update={"text": signs.text.model_copy(update={"value": text})})
    return SimpleNamespace(force="A & B <Police>", signs=changed)


def html(deployment: Deployment, sheet: str = "A4") -> str:
    signs = list(deployment.signs.all())
    return sign_papers.html(deployment=deployment, signs=signs, sheet=sheet, addresses=PUBLIC)


def pages(html: str) -> list[BeautifulSoup]:
    return BeautifulSoup(html, "html.parser").select("section")


def unpacked(pdf: bytes) -> bytes:
    """All streams of a PDF, one after another."""
    streams = re.findall(rb"/FlateDecode.*?stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(stream) for stream in streams)


def code_of(page: BeautifulSoup) -> str:
    matrix, _ = reading.squares(str(page.svg).replace("viewbox", "viewBox"))
    return reading.content(matrix)[0]


def test_each_sign_carries_a_code_of_its_own_that_leads_to_its_page(
    authorised: Deployment,
) -> None:
    found = [code_of(page) for page in pages(html(authorised))]
    assert found == [
        f"https://lfr.example.police.uk/signs/{sign.token}/" for sign in authorised.signs.all()
    ]
    assert len(set(found)) == 8


def test_a_sign_says_when_it_holds_where_to_read_and_which_version_it_is_of(
    authorised: Deployment,
) -> None:
    said = " ".join(pages(html(authorised))[2].get_text(" ").split())
    assert "Metropolitan Police Service" in said
    assert "Saturday 5 December 2026 , 11:00 to 16:00" in said.replace("2026,", "2026 ,")
    assert "lfr.example.police.uk/somewhere/" in said
    assert authorised.reference in said
    assert f"Sign S3 · On a lamp post · version 1 · {making.digest(authorised)[:12]}" in said


def test_a_sign_of_a_night_says_both_days(cast: making.People) -> None:
    made = making.deployment_in(
        states.AUTHORISED, cast, start=making.START.replace(hour=22), hours=5
    )
    said = " ".join(pages(html(made))[0].get_text(" ").split())
    assert "Saturday 5 December 2026, 22:00 to Sunday 6 December 2026, 03:00" in said


def test_summer_times_are_those_of_london(cast: making.People) -> None:
    summer = making.START.replace(year=2027, month=7, day=3)
    made = making.deployment_in(
        states.AUTHORISED, cast, start=summer, now=summer - timedelta(days=12)
    )
    assert "12:00 to 17:00" in pages(html(made))[0].get_text(" ")


@pytest.mark.parametrize("name", PROFILES)
def test_the_text_is_the_forces_and_its_certainty_is_not_on_the_street(
    name: str, authorised: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = profiles.load(name)
    use(monkeypatch, profile)
    said = " ".join(pages(html(authorised))[0].get_text(" ").split())
    assert profile.signs.text.value in said
    assert profile.force in said
    assert profile.signs.text.source not in said
    assert profile.signs.text.status not in said


@pytest.mark.parametrize(
    ("name", "sheets"), [("met-2024-09", ("A3", "A4")), (PROFILES[1], ("A4",))]
)
def test_paper_is_offered_as_the_policy_says(
    name: str,
    sheets: tuple[str, ...],
    authorised: Deployment,
    client: Client,
    cast: making.People,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(monkeypatch, profiles.load(name))
    monkeypatch.setattr(sign_papers, "pdf", lambda **_: b"%PDF-")
    sign_in(client, cast.auditor)
    assert sign_papers.sheets(authorised) == sheets
    for sheet in ("A2", "A3", "A4", "A5", "a4"):
        for address in addresses(authorised, sheet):
            expected = 200 if sheet in sheets else 404
            assert client.get(address).status_code == expected, address


def test_nothing_in_the_text_becomes_markup(
    authorised: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, saying("<script>alert(1)</script> & <b>bold</b>. </style><img src=x> rest."))
    Sign.objects.update(description="<i>On</i> a post")
    drawn = BeautifulSoup(html(authorised), "html.parser")
    assert drawn.find_all(["script", "b", "img", "i"]) == []
    assert "<script>alert(1)</script> & <b>bold</b>." in drawn.h1.get_text()
    assert "A & B <Police>" in drawn.get_text()


@pytest.mark.parametrize(
    "text",
    [
        "Police.",
        "Police are using live facial recognition in this area. " * 36,
        "recognition" * 180,
        "LIVE FACIAL RECOGNITION IN USE. " * 60,
        "WWWWWWWW MMMMMMMM WWWWWWW. " * 20,
        "警察正在使用人脸识别。" * 100,
    ],
)
@pytest.mark.parametrize("sheet", ["A4", "A3"])
def test_one_sign_is_one_page_however_long_its_text(
    sheet: str, text: str, authorised: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, saying(text[:2000]))
    printed = html(authorised, sheet)
    assert len(weasyprint.HTML(string=printed).render().pages) == 8
    # With what stands at the foot in the flow, text that reached into it would take a page more.
    flowing = re.sub(r"(\.sign \{[^}]*)height: [0-9]+mm;", r"\1", printed)
    flowing = flowing.replace(".foot { position: absolute;", ".foot { position: relative;")
    flowing = flowing.replace("bottom: 12rem; height: 92rem;", "height: 104rem;")
    assert flowing.count("height: 104rem") == 1
    assert len(weasyprint.HTML(string=flowing).render().pages) == 8


def test_the_pdf_is_accessible_and_loads_nothing(authorised: Deployment) -> None:
    content = sign_papers.pdf(
        deployment=authorised,
        signs=list(authorised.signs.all()[:1]),
        sheet="A4",
        addresses=PUBLIC,
    )
    assert content.startswith(b"%PDF-")
    inside = unpacked(content)
    assert b"pdfuaid:part" in inside
    assert b"Code to scan with a telephone" in content + inside or b"/Figure" in content + inside


def test_nobody_prints_a_sign_without_an_authority(cast: making.People) -> None:
    made = making.deployment_in(states.REVIEWED, cast)
    with pytest.raises(WrongState, match="printed once it is authorised"):
        sign_papers.pdf(deployment=made, signs=list(made.signs.all()), sheet="A4", addresses=PUBLIC)


def addresses(deployment: Deployment, sheet: str = "A4") -> list[str]:
    one = {"reference": deployment.reference, "sheet": sheet}
    pk = deployment.signs.earliest("pk").pk
    return [
        reverse("deployments:signs_print", kwargs=one),
        reverse("deployments:sign_print", kwargs={**one, "pk": pk}),
    ]


@pytest.mark.parametrize("state", [states.SUBMITTED, states.WITHDRAWN, states.ENDED])
def test_the_pages_give_no_paper_at_other_times(
    state: str, client: Client, cast: making.People
) -> None:
    made = making.deployment_in(state, cast)
    sign_in(client, cast.planner)
    assert [client.get(address).status_code for address in addresses(made)] == [404, 404]


def test_files_have_names_and_are_kept_nowhere(
    authorised: Deployment, client: Client, cast: making.People, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    monkeypatch.setattr(sign_papers, "pdf", lambda **given: made.append(given) or b"%PDF-")
    sign_in(client, cast.operator)
    answers = [client.get(address) for address in addresses(authorised)]
    assert [a["Content-Disposition"] for a in answers] == [
        'attachment; filename="LFR-2026-0001-signs-A4.pdf"',
        'attachment; filename="LFR-2026-0001-sign-s1-A4.pdf"',
    ]
    assert {a["Cache-Control"] for a in answers} == {"private, no-store"}
    assert [len(given["signs"]) for given in made] == [8, 1]


@pytest.mark.parametrize(
    ("setting", "origin"),
    [("", "http://testserver"), ("https://lfr.police.uk", "https://lfr.police.uk")],
)
def test_the_address_is_the_publics(
    setting: str,
    origin: str,
    authorised: Deployment,
    client: Client,
    cast: making.People,
    monkeypatch: pytest.MonkeyPatch,
    settings: SimpleNamespace,
) -> None:
    settings.PUBLIC_URL = setting
    made = []
    monkeypatch.setattr(sign_papers, "pdf", lambda **given: made.append(given) or b"%PDF-")
    sign_in(client, cast.operator)
    client.get(addresses(authorised)[0])
    assert made[0]["addresses"].origin == origin
    assert "://" not in made[0]["addresses"].page


def test_a_sign_of_another_deployment_is_not_printed_here(
    authorised: Deployment, client: Client, cast: making.People
) -> None:
    other = making.deployment_in(states.AUTHORISED, cast, start=making.START + timedelta(days=3))
    sign_in(client, cast.operator)
    kwargs = {
        "reference": authorised.reference,
        "pk": other.signs.earliest("pk").pk,
        "sheet": "A4",
    }
    assert client.get(reverse("deployments:sign_print", kwargs=kwargs)).status_code == 404
