"""The drawing that the sample follows from. Every name in it is invented.

The plan is a sheet of 24 by 14 squares of 500 m, north at the top. A square is one LSOA; its
letter in WARD_PLAN is its ward, and its mark in LAND_PLAN is what stands on it.
"""

from dataclasses import dataclass

FORCE = "Sample Force"
FORCE_SLUG = "sample-force"
BCU = "Sample"

SQUARE_M = 500
# The south-west corner of the sheet in British National Grid metres: in the sea.
WEST_M, SOUTH_M = 580_000, 362_000

WARD_PLAN = (
    "....JJJJJKKKK...........",
    "..JJJJJJJKKKKKK.........",
    ".JJJJLLLLKKKKKKPPPP.....",
    ".LLLLLLLLMMMMMPPPPPPP...",
    ".LLLLNNNNMMMMMPPPPPPQQQ.",
    "..NNNNNNNMMMMPPPQQQQQQQQ",
    ".AAAAABBBBCCCCRRRRQQQQQQ",
    "AAAAABBBBBCCCCCRRRRRSSSS",
    "AAADDDDEEEECCCFRRRRSSSSS",
    "DDDDDDEEEEEFFFFFTTTTSSSS",
    "DDDDGGEEEEHFFFFTTTTTTSS.",
    ".GGGGGGGHHHHFFFTTTTTUUU.",
    ".GGGGGGHHHHHHHUUUUUUUU..",
    "..GGG..HHHHHH.UUUUUU....",
)
COLUMNS, ROWS = len(WARD_PLAN[0]), len(WARD_PLAN)

# - homes   # town centre   c local centre   r retail park   i works   p park, with no streets
LAND_PLAN = (
    "....-----p---...........",
    "..-------pp----.........",
    ".----c----p--------.....",
    ".----------cr---pp---...",
    ".-------------c-pp-----.",
    "..----c---------------r-",
    ".--------------------r--",
    "-----pp-----c-----#-----",
    "---c-pp--##---------c---",
    "--------##p-----c-------",
    "--i-------p----------pp.",
    ".-i----c-------------p-.",
    ".-----------r---c-----..",
    "..---..------.------....",
)

WARDS = {
    "A": "Amberlow",
    "B": "Brookmere",
    "C": "Cressing Cross",
    "D": "Dunnock Hill",
    "E": "Eastgate and Market",
    "F": "Fennel Green",
    "G": "Gorse Bank",
    "H": "Hartsmead",
    "J": "Juniper Vale",
    "K": "Kestrel Rise",
    "L": "Larkmoor",
    "M": "Millrace",
    "N": "Nettlebank",
    "P": "Pippin Cross",
    "Q": "Quarryside",
    "R": "Rushmere Lock",
    "S": "Saltbox",
    "T": "Tanyard",
    "U": "Upper Tithe",
}


@dataclass(frozen=True)
class Borough:
    """`crime_per_mille`: how much crime there is for the same land, next to Sampleford's 1,000."""

    name: str
    code: str
    wards: str
    crime_per_mille: int


BOROUGHS = (
    Borough("Sampleford", "E09990001", "ABCDEFGH", 1000),
    Borough("Exampleton", "E09990002", "JKLMN", 620),
    Borough("Mockham", "E09990003", "PQRSTU", 760),
)

# The river, from the north-west to the south-east, in metres from the corner of the sheet.
# Nothing stands within RIVER_HALF_WIDTH_M of it, and only main roads cross.
RIVER = (
    (0, 4150),
    (2300, 3900),
    (3700, 3250),
    (5200, 3050),
    (7400, 2150),
    (9300, 1600),
    (12000, 1500),
)
RIVER_HALF_WIDTH_M = 70

# Main roads run through the middles of these squares (column, row).
MAIN_ROADS = (
    ("High Street", ((6, 9), (8, 9), (9, 8), (11, 8))),
    ("Great Sample Road", ((0, 8), (3, 8), (6, 9))),
    ("Mockham Road", ((11, 8), (14, 7), (18, 7), (20, 8), (23, 7))),
    ("Exampleton Road", ((9, 8), (8, 6), (6, 5), (5, 2), (5, 0))),
    ("Prospect Road", ((8, 9), (9, 10), (10, 11), (12, 12), (12, 13))),
    ("Gorse Road", ((8, 9), (7, 11), (4, 12))),
    ("Northern Parade", ((6, 5), (11, 3), (14, 4), (17, 2))),
    ("Tanyard Way", ((14, 7), (16, 9), (16, 12))),
    ("Orchard Way", ((18, 7), (22, 5), (21, 6))),
)

# Stations: name, metres from the corner of the sheet.
STATIONS = (
    ("Sampleford Central", 4920, 2610),
    ("Sampleford Hartsmead", 5390, 1180),
    ("Amberlow", 1720, 2790),
    ("Exampleton", 2830, 5680),
    ("Exampleton Millrace", 5710, 5220),
    ("Mockham Junction", 9260, 3310),
    ("Mockham Tanyard", 8330, 2320),
)

# Where the nights are busy: bars and clubs at the west end of the market.
NIGHT_CENTRE_M = (4480, 2490)

# The months of the sample, and what is wrong with them on purpose.
FIRST_MONTH, LAST_MONTH = "2022-07", "2025-10"
MISSING_MONTH = "2023-11"
ABSENT_CATEGORY = ("2024-03", "Shoplifting")


@dataclass(frozen=True)
class RisingPlace:
    """From `from_month` on, every category within `radius_m` is `per_mille` / 1,000 of before."""

    name: str
    east_m: int
    north_m: int
    radius_m: int
    from_month: str
    per_mille: int


RISING = RisingPlace("Hartsmead Parade", 5200, 1125, 200, "2025-08", 3000)
