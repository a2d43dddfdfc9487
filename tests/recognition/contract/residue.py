"""How many values a schema leaves to the one who fills it in."""

import re._constants as sre
import re._parser as parser
from collections.abc import Iterator
from typing import Any


def choices(schema: dict[str, Any], path: str, defs: Any = None) -> Iterator[tuple[str, int]]:
    """Each member that is neither an object nor a list, with the number of its values."""
    defs = schema.get("$defs", {}) if defs is None else defs
    if "$ref" in schema:
        yield from choices(defs[schema["$ref"].removeprefix("#/$defs/")], path, defs)
    elif schema.get("type") == "object":
        for name, one in schema["properties"].items():
            yield from choices(one, f"{path}.{name}", defs)
    elif schema.get("type") == "array":
        yield from choices(schema["items"], f"{path}[]", defs)
    elif any("$ref" in one for one in schema.get("anyOf", ())):
        for one in schema["anyOf"]:
            if "$ref" in one:
                yield from choices(one, path, defs)
    else:
        yield path, values(schema)


def values(schema: dict[str, Any]) -> int:
    if "anyOf" in schema:
        return sum(values(one) for one in schema["anyOf"])
    if "enum" in schema:
        return len(schema["enum"])
    match schema["type"]:
        case "null":
            return 1
        case "boolean":
            return 2
        case "integer":
            return schema["maximum"] - schema["minimum"] + 1
        case "string":
            by_length = spellings(parser.parse(schema["pattern"]), schema["maxLength"])
            return sum(by_length.values())
        case other:
            raise AssertionError(other)


def spellings(pattern: Any, longest: int) -> dict[int, int]:
    """Length to the number of texts of that length that a pattern takes, at most: one that can be
    read in two ways counts twice."""
    total = {0: 1}
    for kind, argument in pattern:
        total = _after(total, _of(kind, argument, longest), longest)
    return total


def _of(kind: Any, argument: Any, longest: int) -> dict[int, int]:
    if kind is sre.AT:
        return {0: 1}
    if kind is sre.LITERAL:
        return {1: 1}
    if kind is sre.IN:
        return {
            1: sum(high - low + 1 if k is sre.RANGE else 1 for k, (low, high) in _pairs(argument))
        }
    if kind is sre.SUBPATTERN:
        return spellings(argument[-1], longest)
    if kind is sre.BRANCH:
        return _either(spellings(one, longest) for one in argument[1])
    assert kind is sre.MAX_REPEAT, kind
    least, most, inner = argument
    once = spellings(inner, longest)
    power, total = {0: 1}, ({0: 1} if least == 0 else {})
    for times in range(1, min(int(most), longest) + 1):
        power = _after(power, once, longest)
        if times >= least:
            total = _either([total, power])
    return total


def _pairs(argument: Any) -> Iterator[tuple[Any, tuple[int, int]]]:
    for kind, value in argument:
        yield kind, value if kind is sre.RANGE else (value, value)


def _after(first: dict[int, int], second: dict[int, int], longest: int) -> dict[int, int]:
    joined: dict[int, int] = {}
    for one, ways in first.items():
        for other, more in second.items():
            if one + other <= longest:
                joined[one + other] = joined.get(one + other, 0) + ways * more
    return joined


def _either(counts: Any) -> dict[int, int]:
    total: dict[int, int] = {}
    for one in counts:
        for length, ways in one.items():
            total[length] = total.get(length, 0) + ways
    return total
