"""A claim as people type it, such as "Croydon has the highest rate for shoplifting in May 2024".

The parts may come in any order, in upper or lower case:
- the borough, by its name; left out, the one that the page is about;
- highest, most, first / lowest, fewest / second highest, 3rd highest, rank 5 / above, below;
- "rate", "per 1,000", "per head" or "number", "count", "crimes"; left out, both;
- the category, by the name of data.police.uk or a part of it that fits no other; left out, all;
- "May 2024", "2024-05", "2024", or two of these with "to" between them;
- for above and below: "London", "Inner London", "Outer London"; left out, the whole region.
"""

import re
from collections.abc import Sequence

from .claims import Basis, Claim, Measure
from .rates import Period, Places, inner_name, outer_name

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_MONTH = rf"(?:(?P<name>{'|'.join(f'{m[:3]}(?:{m[3:]})?' for m in _MONTHS)})\.?\s+)?"
_POINT = re.compile(rf"\b{_MONTH}(?P<year>20\d\d)(?:-(?P<number>0[1-9]|1[0-2]))?\b")
_RANGE = re.compile(r"\s*(?:to|until|through|-|\u2013)\s*")

_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)
_NTH = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<number>\d{{1,2}})(?:st|nd|rd|th))\b"
    r"|\brank(?:s|ed)?\s+(?P<rank>\d{1,2})\b"
)
_LOWEST = re.compile(r"\b(?:lowest|fewest|least)\b")
_HIGHEST = re.compile(r"\b(?:highest|most|worst|top)\b")
_ABOVE = re.compile(r"\b(?:above|over|higher|more)\b")
_BELOW = re.compile(r"\b(?:below|under|lower|less|fewer)\b")
_RATE = re.compile(r"\b(?:rates?|per\s+1,?000|per\s+head|per\s+capita|per\s+resident)\b")
_COUNT = re.compile(r"\b(?:numbers?|counts?|total)\b")

# Words of a category that stand in other claims too.
_TOO_COMMON = frozenset({"and", "from", "the", "of", "other", "crime", "offences", "order"})

EXAMPLE = "Croydon has the highest rate for shoplifting in May 2024"


class ClaimNotUnderstood(ValueError):
    """One sentence that says which part is missing or not clear, and how to write it."""


def parse(text: str, *, places: Places, categories: Sequence[str], area: str = "") -> Claim:
    """The claim in `text`; `area` is meant where it names no borough.

    Raises ClaimNotUnderstood.
    """
    words = re.sub(r"\s+", " ", text.strip().lower())
    period, words = _period(words)
    against, words = _against(words, places)
    borough, words = _borough(words, places, area)
    category, words = _category(words, categories)
    measure, rank = _measure(words)
    if measure not in (Measure.ABOVE, Measure.BELOW):
        against = against if against != places.region else None
    basis = Basis.RATE if _RATE.search(words) else Basis.COUNT if _COUNT.search(words) else None
    return Claim(
        area=borough,
        measure=measure,
        period=period,
        category=category,
        basis=basis,
        rank=rank,
        against=against,
    )


def parse_period(text: str) -> Period:
    """A month, a year, or two of them with "to" between. Raises ClaimNotUnderstood."""
    return _period(text.lower())[0]


def _period(words: str) -> tuple[Period, str]:
    points = list(_POINT.finditer(words))
    if not points:
        raise ClaimNotUnderstood('Say when: "in May 2024", "in 2024" or "2023-07 to 2024-06".')
    if len(points) > 2 or (
        len(points) == 2 and not _RANGE.fullmatch(words[points[0].end() : points[1].start()])
    ):
        raise ClaimNotUnderstood('Name one period: a month, a year, or two with "to" between.')
    period = Period(_months_of(points[0])[0], _months_of(points[-1])[1])
    if period.first > period.last:
        raise ClaimNotUnderstood("The period ends before it begins: put the earlier month first.")
    return period, words[: points[0].start()] + " " + words[points[-1].end() :]


def _months_of(point: re.Match[str]) -> tuple[str, str]:
    year = point["year"]
    if point["number"]:
        return f"{year}-{point['number']}", f"{year}-{point['number']}"
    if point["name"]:
        number = [month[:3] for month in _MONTHS].index(point["name"][:3]) + 1
        return f"{year}-{number:02}", f"{year}-{number:02}"
    return f"{year}-01", f"{year}-12"


def _against(words: str, places: Places) -> tuple[str | None, str]:
    names = [inner_name(places.region), outer_name(places.region)] if places.inner else []
    for name in names:
        if re.search(rf"\b{re.escape(name.lower())}\b", words):
            return name, words.replace(name.lower(), " ")
    # The region's name also stands inside names of boroughs, such as City of London.
    without = words
    for borough in places.boroughs:
        without = without.replace(borough.lower(), " ")
    return (places.region if places.region.lower() in without else None), words


def _borough(words: str, places: Places, area: str) -> tuple[str, str]:
    longest_first = sorted(places.boroughs, key=len, reverse=True)
    for name in longest_first:
        if re.search(rf"\b{re.escape(name.lower())}\b", words):
            return name, words.replace(name.lower(), " ")
    if not area:
        raise ClaimNotUnderstood(f'Name a borough of {places.region}, as in "{EXAMPLE}".')
    return area, words


def _category(words: str, categories: Sequence[str]) -> tuple[str | None, str]:
    for category in sorted(categories, key=len, reverse=True):
        if re.search(rf"\b{re.escape(category.lower())}\b", words):
            return category, words.replace(category.lower(), " ")
    fitting = {
        category: found
        for category in categories
        if (found := [w for w in _own_words(category) if re.search(rf"\b{w}\b", words)])
    }
    most = max((len(found) for found in fitting.values()), default=0)
    best = [category for category, found in fitting.items() if len(found) == most]
    if len(best) > 1:
        raise ClaimNotUnderstood(f"Say which category is meant: {' or '.join(best)}.")
    return (best[0] if best else None), words


def _own_words(category: str) -> list[str]:
    return [word for word in re.findall(r"[a-z]+", category.lower()) if word not in _TOO_COMMON]


def _measure(words: str) -> tuple[Measure, int | None]:
    nth = _NTH.search(words)
    if nth:
        rank = (
            _ORDINALS.index(nth["word"]) + 1
            if nth["word"]
            else int(nth["number"] or nth["rank"] or 0)
        )
        if _LOWEST.search(words):
            return Measure.LOWEST, rank
        return (Measure.RANK, rank) if rank > 1 else (Measure.HIGHEST, None)
    if _LOWEST.search(words):
        return Measure.LOWEST, None
    if _HIGHEST.search(words):
        return Measure.HIGHEST, None
    if _ABOVE.search(words):
        return Measure.ABOVE, None
    if _BELOW.search(words):
        return Measure.BELOW, None
    raise ClaimNotUnderstood(
        'Say what is claimed: "highest", "second highest", "lowest", "above" or "below".'
    )
