"""Content drawn from a schema of the contract, and content that is nearly so."""

from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import strategies as st

from .bodies import at, leaves, objects, replaced

Schema = dict[str, Any]
# No float that is whole: JSON Schema takes it for an integer, which the contract does not.
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-1000, 1000).map(lambda number: number + 0.5)
    | st.text(max_size=70)
    | st.sampled_from(["", "0", "1", "true", "null", "2026-05-01T12:00:00Z", "van", "a" * 64]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@cache
def times_like(example: str) -> st.SearchStrategy[str]:
    """Of the same form; every month has 31 days, as the patterns have it."""
    ranges = [(20, 99), (1, 12), (1, 31), (0, 23), (0, 59)]
    form = "20%02d-%02d-%02dT%02d:%02d"
    if example.endswith(":00Z"):
        form += ":00Z"
    elif "." in example:
        form, ranges = f"{form}:%02d.%03dZ", [*ranges, (0, 59), (0, 999)]
    else:
        form, ranges = f"{form}:%02dZ", [*ranges, (0, 59)]
    return st.tuples(*[st.integers(*one) for one in ranges]).map(lambda parts: form % parts)


@cache
def texts_of(pattern: str, longest: int) -> st.SearchStrategy[str]:
    """What `pattern` takes."""
    if pattern == "^[0-9a-f]{64}$":
        # Quicker to draw than sixty-four letters.
        return st.binary(min_size=32, max_size=32).map(bytes.hex)
    # Fewer and shorter words than may be, or most are thrown away for their length.
    pattern = pattern.replace("*", "{0,2}").replace("{1,19}", "{1,6}")
    # In Python `$` stands before a line end, too; in JSON Schema it does not.
    texts = st.from_regex(pattern.removesuffix("$") + r"\Z", fullmatch=True)
    return texts.filter(lambda text: len(text) <= longest)


def content_of(schema: Schema, defs: Schema | None = None) -> st.SearchStrategy[Any]:
    """What `schema` takes, as far as each member goes."""
    defs = schema.get("$defs", {}) if defs is None else defs
    if "$ref" in schema:
        return content_of(defs[schema["$ref"].removeprefix("#/$defs/")], defs)
    if "anyOf" in schema:
        return st.one_of([content_of(one, defs) for one in schema["anyOf"]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema["type"]:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema["minimum"], schema["maximum"])
        case "string" if "examples" in schema:
            return times_like(schema["examples"][0])
        case "string" if "pattern" in schema:
            return texts_of(schema["pattern"], schema["maxLength"])
        case "string":
            return st.text("abc ,.", max_size=min(20, schema["maxLength"]))
        case "array":
            return st.lists(
                content_of(schema["items"], defs),
                min_size=schema.get("minItems", 0),
                max_size=min(3, schema["maxItems"]),
            )
        case "object":
            members = {name: content_of(one, defs) for name, one in schema["properties"].items()}
            return st.fixed_dictionaries(members)
        case other:
            raise AssertionError(other)


def settled(content: Any) -> Any:
    """The same in order, each once, and without what contradicts itself."""
    for name, key in _ORDERS.items():
        if name in content:
            items = {key(one): one for one in content[name]}
            content[name] = [items[one] for one in sorted(items)]
    for alert in content.get("alerts", ()):
        decided = alert["decision"] is not None
        alert["decided_at"] = alert["at"] if decided else None
        alert["outcome"] = alert["outcome"] if decided else None
        alert["ethnicity"] = alert["ethnicity"] if alert["engaged"] else None
    if "categories" in content:
        for category in content["categories"]:
            category["count"] = category["count"] % 1000 + 1
        content["total"] = sum(category["count"] for category in content["categories"])
        content["under_18"] %= content["total"]
    return content


_ORDERS: dict[str, Callable[[Any], Any]] = {
    "alerts": lambda one: int(one["id"]),
    "categories": lambda one: one["name"],
    "counters": lambda one: (one["minute"], one["camera"]),
    "deletions": lambda one: one["asset"],
}


@st.composite
def nearly(draw: st.DrawFn, schema: Schema) -> Any:
    """What `schema` takes with one thing changed, or none."""
    content = settled(draw(content_of(schema)))
    place = draw(st.sampled_from([*leaves(content), *objects(content)]))
    value = at(content, place)
    changes = [st.just(value), ANYTHING]
    if isinstance(value, dict):
        fewer = st.sampled_from(sorted(value)).map(lambda name: {**value, name: _GONE})
        changes += [
            fewer.map(lambda one: {name: kept for name, kept in one.items() if kept is not _GONE}),
            st.text(max_size=6).map(lambda name: {**value, name: 1}),
        ]
    elif isinstance(value, bool):
        changes.append(st.just(int(value)))
    elif isinstance(value, int):
        changes.append(st.sampled_from([value + 1, value - 1, -value, value * 10, str(value)]))
    elif isinstance(value, str):
        changes.append(st.sampled_from([f"{value}0", f"0{value}", value[:-1], value.upper()]))
    return replaced(content, place, draw(st.one_of(changes)))


_GONE = object()
