"""Template tags for every page: form fields in GOV.UK markup, months and shares in words."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms, template
from django.core.paginator import Page

register = template.Library()


@register.filter
def month_name(month: str) -> str:
    """ "2023-06" -> "June 2023"."""
    return date.fromisoformat(f"{month}-01").strftime("%B %Y")


@register.filter
def short_month(month: str) -> str:
    """ "2023-06" -> "Jun 2023"."""
    return date.fromisoformat(f"{month}-01").strftime("%b %Y")


@register.filter
def per_cent(share: str | float | Decimal | None, places: int = 0) -> str:
    """A share between 0 and 1, as a number or a decimal string, as a percentage."""
    return "" if share is None or share == "" else f"{Decimal(str(share)) * 100:.{places}f}%"


@register.filter
def ordinal(number: int) -> str:
    """1 -> "1st", 12 -> "12th", 1003 -> "1,003rd"."""
    suffix = "th" if number % 100 in {11, 12, 13} else _SUFFIX.get(number % 10, "th")
    return f"{number:,}{suffix}"


_SUFFIX = {1: "st", 2: "nd", 3: "rd"}


@register.filter
def elided(page: Page[Any]) -> Iterator[int | str]:
    """The page numbers to link to, with gaps."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


@register.inclusion_tag("partials/field.html")
def govuk_field(field: forms.BoundField, width: str = "") -> dict[str, Any]:
    """One text input, select or textarea with label, hint and errors.

    `width` is a GOV.UK modifier such as "govuk-input--width-10".
    """
    component = _COMPONENTS.get(type(field.field.widget), "input")
    classes = [f"govuk-{component}", *([width] if width else [])]
    if field.errors:
        classes.append(f"govuk-{component}--error")
    attrs: dict[str, str | bool] = {"class": " ".join(classes), **_described_by(field)}
    return {"field": field, "widget": field.as_widget(attrs=attrs)}


_COMPONENTS: dict[type[forms.Widget], str] = {
    forms.Select: "select",
    forms.SelectMultiple: "select",
    forms.Textarea: "textarea",
}


@register.inclusion_tag("partials/choices.html")
def govuk_choices(field: forms.BoundField, columns: bool = False) -> dict[str, Any]:
    """Checkboxes or radios in a fieldset. The first choice has the field's id, so that the error
    summary can link to it."""
    several = isinstance(field.field.widget, forms.CheckboxSelectMultiple)
    choices = [
        {
            "id": field.auto_id if number == 0 else f"{field.auto_id}_{number}",
            "value": choice.data["value"],
            "label": choice.choice_label,
            "checked": choice.data["selected"],
        }
        for number, choice in enumerate(field.subwidgets)
    ]
    return {
        "field": field,
        "choices": choices,
        "columns": columns,
        "kind": "checkboxes" if several else "radios",
        "type": "checkbox" if several else "radio",
        "described_by": _described_by(field).get("aria-describedby"),
    }


def _described_by(field: forms.BoundField) -> dict[str, str]:
    ids = [f"{field.auto_id}-hint"] if field.help_text else []
    if field.errors:
        ids.append(f"{field.auto_id}-error")
    return {"aria-describedby": " ".join(ids)} if ids else {}
