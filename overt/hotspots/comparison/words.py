"""The figures of a comparison in words, for pages and downloads."""

from fractions import Fraction

from .claims import Basis, Claim, Measure, Reading
from .rates import Period

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_BASIS = {Basis.RATE: "rate", Basis.COUNT: "number"}
_ORDINALS = ("", "", "second ", "third ", "fourth ", "fifth ", "sixth ", "seventh ", "eighth ")


def rate(value: Fraction | None) -> str:
    """A rate to three digits or so: "0.976", "12.7", "128.6"."""
    if value is None:
        return ""
    places = 3 if value < 1 else 2 if value < 10 else 1
    return fixed(value, places)


def count(value: Fraction) -> str:
    """A count as a whole number."""
    return fixed(value, 0)


def per_cent(value: Fraction | None) -> str:
    """A share to a tenth of a per cent; nothing for None."""
    return "" if value is None else f"{fixed(100 * value, 1)}%"


def difference(value: Fraction) -> str:
    """How far from an average: "15.7% below"."""
    if value == 0:
        return "equal"
    return f"{per_cent(abs(value))} {'above' if value > 0 else 'below'}"


def month(text: str) -> str:
    """ "2024-05" -> "May 2024"."""
    return f"{_MONTHS[int(text[5:]) - 1]} {text[:4]}"


def period(value: Period) -> str:
    """ "May 2024", "2024", or "July 2023 to June 2024"."""
    if value.first == value.last:
        return month(value.first)
    if value.first.endswith("-01") and value.last == f"{value.first[:4]}-12":
        return value.first[:4]
    return f"{month(value.first)} to {month(value.last)}"


def claim(value: Claim) -> str:
    """The claim as it was understood."""
    of = value.category.lower() if value.category else "all crime"
    when = period(value.period)
    basis = "figure" if value.basis is None else _BASIS[value.basis]
    if value.measure in (Measure.ABOVE, Measure.BELOW):
        average = f"the {value.against} average" if value.against else "the average"
        return f"{value.area}'s {basis} for {of} in {when} is {value.measure.value} {average}"
    place = "lowest" if value.measure is Measure.LOWEST else "highest"
    nth = _nth(value.rank)
    among = f" in {value.against}" if value.against else ""
    return f"{value.area} has the {nth}{place} {basis} for {of}{among} in {when}"


def reading(value: Reading) -> str:
    """How the claim is read, as the name of a row."""
    if value.basis is Basis.COUNT:
        return f"Number of crimes, {value.scope}"
    text = f"Rate per 1,000 residents of mid-{value.year}, {value.scope}"
    return f"{text}, without allowing for missing LSOAs" if value.as_collected else text


def figure(value: Reading) -> str:
    """The reading's own figure."""
    if value.value is None:
        return "no figure"
    return count(value.value) if value.basis is Basis.COUNT else rate(value.value)


def standing(value: Reading) -> str:
    """Where that puts the borough: its rank, or how far it is from the average."""
    if value.value is None:
        return ""
    shown = count if value.basis is Basis.COUNT else rate
    if value.benchmark is not None and value.difference is not None:
        return f"{difference(value.difference)} the average of {shown(value.benchmark)}"
    if value.rank is None or value.leader_value is None:
        return ""
    text = f"{value.rank} of {value.of}"
    if value.tied:
        text += f", with {value.tied} other{'s' if value.tied > 1 else ''} the same"
    if value.rank > 1:
        text += f"; first is {value.leader} with {shown(value.leader_value)}"
    return text


def fixed(value: Fraction, places: int, *, comma: str = ",") -> str:
    """To `places` decimals, halves away from zero, exact: no float in between."""
    scaled = abs(value) * 10**places
    whole, rest = divmod(
        (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator), 10**places
    )
    sign = "-" if value < 0 and (whole or rest) else ""
    tail = f".{rest:0{places}}" if places else ""
    return f"{sign}{whole:,}".replace(",", comma) + tail


def _nth(rank: int | None) -> str:
    if rank is None or rank < 2:
        return ""
    return _ORDINALS[rank] if rank < len(_ORDINALS) else f"{rank}th "
