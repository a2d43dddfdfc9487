"""The shell of every page, its error pages and its template tags."""

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, server_error

from overt.accounts.models import User
from overt.config.templatetags import shell


@pytest.fixture
def signed_in(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create(username="ann"))
    return client


def test_only_who_is_signed_in_sees_the_navigation(db: None, signed_in: Client) -> None:
    assert 'aria-label="Main"' not in Client().get("/").content.decode()
    assert 'aria-label="Main"' in signed_in.get("/").content.decode()


def test_the_current_part_is_marked_on_the_pages_below_it(signed_in: Client) -> None:
    shown = signed_in.get("/policy/met-2024-09/").content.decode()
    assert shown.count('aria-current="true"') == 1
    assert '<strong class="govuk-service-navigation__active-fallback">Policy</strong>' in shown


def test_every_page_says_what_overt_is_not(db: None) -> None:
    for path in ("/", "/accounts/login/"):
        assert "Overt contains no facial recognition" in Client().get(path).content.decode()


def test_an_unknown_address_is_answered_in_the_products_own_page(signed_in: Client) -> None:
    response = signed_in.get("/no/such/page/")
    assert response.status_code == 404
    assert "Nothing is kept under this address" in response.content.decode()


def test_the_pages_for_faults_need_neither_request_nor_database() -> None:
    request = RequestFactory().get("/")
    for response, text in (
        (bad_request(request, ValueError()), "could not be understood"),
        (server_error(request), "The fault is in the program"),
    ):
        shown = response.content.decode()
        assert text in shown
        assert "<script" not in shown


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (112, "112th"), (21, "21st")],
)
def test_ordinals(number: int, expected: str) -> None:
    assert shell.ordinal(number) == expected


def test_months_and_shares_in_words() -> None:
    assert shell.month_name("2023-06") == "June 2023"
    assert shell.short_month("2023-06") == "Jun 2023"
    assert shell.per_cent("0.75") == "75%"
    assert shell.per_cent("0.9993", 2) == "99.93%"
    assert shell.per_cent(None) == ""


class Trial(forms.Form):
    name = forms.CharField(help_text="As on the map.")
    kinds = forms.MultipleChoiceField(
        choices=[("a", "A & B"), ("c", "C")], widget=forms.CheckboxSelectMultiple
    )


def rendered(form: forms.Form, source: str) -> str:
    return Template("{% load shell %}" + source).render(Context({"form": form}))


def test_a_field_with_an_error_is_described_by_its_hint_and_its_error() -> None:
    shown = rendered(Trial({}), "{% govuk_field form.name 'govuk-input--width-10' %}")
    assert 'aria-describedby="id_name-hint id_name-error"' in shown
    assert 'class="govuk-input govuk-input--width-10 govuk-input--error"' in shown
    assert shown.count("This field is required.") == 1


def test_the_error_summary_leads_to_the_first_of_several_choices() -> None:
    form = Trial({"name": "x"})
    summary = rendered(form, "{% include 'partials/error_summary.html' %}")
    choices = rendered(form, "{% govuk_choices form.kinds %}")
    assert 'href="#id_kinds"' in summary
    assert 'id="id_kinds"' in choices
    assert 'id="id_kinds_1"' in choices
    assert "A &amp; B" in choices


def test_what_was_chosen_stays_chosen() -> None:
    choices = rendered(Trial({"kinds": ["c"]}), "{% govuk_choices form.kinds %}")
    assert choices.count(" checked") == 1
    assert 'value="c" checked' in choices
