"""Positions as officers read them on a map: National Grid references.

Pure: no Django. The letters follow Ordnance Survey's scheme: 500 km squares from S in the south
west, 100 km squares within them, 25 letters without I, row by row from the north.
"""

_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
_SQUARE = 100_000_00
_METRE = 100


def grid_reference(easting: int, northing: int) -> str:
    """(easting, northing) in BNG centimetres as "TQ 32912 65431": the metre that holds it.

    Raises ValueError outside the extent of the National Grid.
    """
    east, north = easting // _SQUARE, northing // _SQUARE
    if not (0 <= east < 7 and 0 <= north < 13):
        raise ValueError(f"{easting}, {northing} lies outside the National Grid")
    # The origin of the letters is the south-west corner of square V, 1,000 km west and 500 km
    # south of the grid's own.
    big = _LETTERS[5 * (4 - (north + 5) // 5) + (east + 10) // 5]
    small = _LETTERS[5 * (4 - north % 5) + east % 5]
    metres = (f"{value % _SQUARE // _METRE:05d}" for value in (easting, northing))
    return f"{big}{small} {' '.join(metres)}"
