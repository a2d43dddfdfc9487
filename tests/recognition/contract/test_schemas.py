"""The schemas are closed and bounded everywhere, and say what the models hold to."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from overt.recognition.contract import ContractRefused, limits, read, schemas
from overt.recognition.contract.schemas import ANSWERS, REQUESTS

from .bodies import BATCH, written
from .bodies import REQUESTS as BODIES
from .drawn import content_of, nearly, settled

SCHEMAS = schemas()
VALIDATORS = {name: Draft202012Validator(schema) for name, schema in SCHEMAS.items()}
# What a schema cannot say: order and what is there twice, sums and which of two times is first,
# lists counted together, the days of a month, and how the bytes are written.
BEYOND = {
    "not-in-order",
    "inconsistent",
    "too-many-items",
    "too-many-cameras",
    "not-a-time",
    "character-not-allowed",
}


def parts(schema: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema of a value in `schema`, with where it is; not the conditions of `allOf`."""
    if "$ref" in schema:
        return
    yield path, schema
    for name, one in schema.get("$defs", {}).items():
        yield from parts(one, f"{path}:{name}")
    for name, one in schema.get("properties", {}).items():
        yield from parts(one, f"{path}.{name}")
    for one in schema.get("anyOf", []):
        yield from parts(one, path)
    if "items" in schema:
        yield from parts(schema["items"], f"{path}[]")


ALL = {
    f"{number} {path}": part
    for number, (path, part) in enumerate(
        found for name, schema in SCHEMAS.items() for found in parts(schema, name)
    )
}


def test_there_is_a_schema_of_every_body():
    assert set(SCHEMAS) == {*REQUESTS, *ANSWERS}
    assert len(ALL) > 100


@pytest.mark.parametrize("name", SCHEMAS)
def test_is_a_schema_of_draft_2020_12(name: str):
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("place", ALL)
def test_is_closed_and_bounded_everywhere(place: str):
    part = ALL[place]
    if "anyOf" in part or "const" in part:
        return
    match part["type"]:
        case "object":
            assert part["additionalProperties"] is False
            assert part["properties"]
        case "array":
            assert part["maxItems"] <= limits.EVENTS
        case "integer":
            assert part["minimum"] <= part["maximum"] <= limits.DELETED
        case "string":
            assert "enum" in part or part["maxLength"] <= 5208
        case other:
            assert other in {"boolean", "null"}


@pytest.mark.parametrize("name", REQUESTS)
def test_no_text_that_a_system_sends_is_longer_than_a_digest_or_without_a_form(name: str):
    for _, part in parts(SCHEMAS[name], name):
        if part.get("type") == "string" and "enum" not in part:
            assert part["maxLength"] <= limits.TEXT
            assert part["pattern"].startswith("^")
            assert part["pattern"].endswith("$")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_member_is_explained(name: str):
    for path, part in parts(SCHEMAS[name], name):
        for member, one in part.get("properties", {}).items():
            assert one.get("description"), (path, member)


@pytest.mark.parametrize("name", REQUESTS)
def test_every_member_of_a_request_is_required(name: str):
    for _, part in parts(SCHEMAS[name], name):
        if "properties" in part:
            assert part["required"] == list(part["properties"])


def test_members_are_listed_in_the_order_in_which_they_are_sent():
    for name in REQUESTS:
        for _, part in parts(SCHEMAS[name], name):
            assert list(part.get("properties", {})) == sorted(part.get("properties", {}))


def test_the_answers_have_the_same_schema_whether_read_or_written():
    for model in {**REQUESTS, **ANSWERS}.values():
        read_as = model.model_json_schema()
        written_as = model.model_json_schema(mode="serialization")
        for schema in (read_as, written_as):
            schema.pop("required", None)
        assert read_as == written_as


def test_the_bodies_of_the_tests_hold_to_their_schemas():
    names = {model: name for name, model in REQUESTS.items()}
    for model, content in BODIES:
        VALIDATORS[names[model]].validate(content)


@pytest.mark.parametrize("name", REQUESTS)
@given(data=st.data())
def test_what_a_schema_takes_is_read_as_far_as_it_can_say_and_the_reverse(name: str, data: Any):
    content = data.draw(nearly(SCHEMAS[name]))
    fits = VALIDATORS[name].is_valid(content)
    try:
        read(REQUESTS[name], written(content))
    except ContractRefused as refused:
        event(f"{'fits' if fits else 'does not fit'}: {refused.reason}")
        assert not fits or refused.reason in BEYOND
    else:
        event("read")
        assert fits


@given(content=content_of(SCHEMAS["batch"]).map(settled))
def test_a_batch_that_does_not_contradict_itself_is_read(content: Any):
    # Days that no month has are the one thing left.
    try:
        read(REQUESTS["batch"], written(content))
    except ContractRefused as refused:
        assert refused.reason in {"not-a-time", "not-whole-minute"}
    VALIDATORS["batch"].validate(content)


@pytest.mark.parametrize("name", ANSWERS)
@given(data=st.data())
def test_what_the_schema_of_an_answer_takes_the_model_takes_and_the_reverse(name: str, data: Any):
    content = data.draw(nearly(SCHEMAS[name]) | content_of(SCHEMAS[name]))
    fits = VALIDATORS[name].is_valid(content)
    try:
        ANSWERS[name].model_validate_json(written(content))
    except ValidationError as error:
        reasons = {one.get("ctx", {}).get("reason") for one in error.errors()}
        assert not fits or reasons == {"not-a-time"}
    else:
        assert fits


def test_a_schema_takes_a_whole_float_which_reading_does_not():
    content = {**BATCH, "number": 7.0}
    VALIDATORS["batch"].validate(content)
    with pytest.raises(ContractRefused):
        read(REQUESTS["batch"], written(content))
