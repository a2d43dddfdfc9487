"""Zones and streets for tests, BNG centimetres, near Croydon."""

from hypothesis import strategies as st

from overt.deployments.place import reading
from overt.deployments.place.signs import Road, Terms

E0, N0 = 533_000_00, 165_000_00
TERMS = Terms(spacing_m=50, distance_m=20)


def square(side: int = 100_00, east: int = E0, north: int = N0) -> reading.Ring:
    return reading.normal(
        [(east, north), (east + side, north), (east + side, north + side), (east, north + side)]
    )


def street(name: str, *metres: tuple[float, float]) -> Road:
    """A street through points in metres from (E0, N0)."""
    return Road(name, [(E0 + round(e * 100), N0 + round(n * 100)) for e, n in metres])


def shifted(road: Road, east: int, north: int) -> Road:
    return Road(road.name, [(e + east, n + north) for e, n in road.line])


_place = st.tuples(st.integers(-150_00, 250_00), st.integers(-150_00, 250_00))


@st.composite
def roads(draw: st.DrawFn) -> list[Road]:
    """Streets of any course around the square of 100 m: into it, past it, in loops, in bits."""
    lines = draw(st.lists(st.lists(_place, min_size=2, max_size=5), min_size=1, max_size=6))
    return [
        Road(f"Street {number}", [(E0 + e, N0 + n) for e, n in line])
        for number, line in enumerate(lines)
    ]
