"""Reads a QR code back from the SVG of a sign, as ISO/IEC 18004 says, without segno.

Only what signs use: versions 1 to 10, levels Q and H, one run of bytes, no damage.
"""

import re

Matrix = list[list[int]]

_RUN = re.compile(r"M([0-9]+) ([0-9]+)h([0-9]+)v1h-([0-9]+)z")
_CENTRES = {2: (6, 18), 3: (6, 22), 4: (6, 26), 5: (6, 30), 6: (6, 34)} | {
    7: (6, 22, 38),
    8: (6, 24, 42),
    9: (6, 26, 46),
    10: (6, 28, 50),
}
# Data codewords of each block.
_BLOCKS = {
    "Q": {
        1: [13],
        2: [22],
        3: [17] * 2,
        4: [24] * 2,
        5: [15] * 2 + [16] * 2,
        6: [19] * 4,
        7: [14] * 2 + [15] * 4,
        8: [18] * 4 + [19] * 2,
        9: [16] * 4 + [17] * 4,
        10: [19] * 6 + [20] * 2,
    },
    "H": {
        1: [9],
        2: [16],
        3: [13] * 2,
        4: [9] * 4,
        5: [11] * 2 + [12] * 2,
        6: [15] * 4,
        7: [13] * 4 + [14],
        8: [14] * 4 + [15] * 2,
        9: [12] * 4 + [13] * 4,
        10: [15] * 6 + [16] * 2,
    },
}
_LEVELS = {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}
_MASKS = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)


def squares(drawing: str) -> tuple[Matrix, int]:
    """What the SVG draws, without the blank edge; and how wide that edge is, in units."""
    side = int(re.search(r'viewBox="0 0 ([0-9]+) \1"', drawing)[1])
    drawn = re.search(r' d="([^"]+)"', drawing)[1]
    runs = [tuple(map(int, run)) for run in _RUN.findall(drawn)]
    assert "".join(f"M{x} {y}h{w}v1h-{b}z" for x, y, w, b in runs) == drawn
    assert all(width == back for _, _, width, back in runs)
    page = [[0] * side for _ in range(side)]
    for x, y, width, _ in runs:
        assert page[y][x : x + width] == [0] * width
        page[y][x : x + width] = [1] * width
    quiet = next(number for number, row in enumerate(page) if any(row))
    inner = [row[quiet : side - quiet] for row in page[quiet : side - quiet]]
    assert sum(map(sum, inner)) == sum(map(sum, page))
    return inner, quiet


def content(matrix: Matrix) -> tuple[str, str]:
    """The text, and the level of error correction."""
    size = len(matrix)
    version = (size - 17) // 4
    level, mask = _format(matrix)
    bits = [
        matrix[row][column] ^ _MASKS[mask](row, column)
        for row, column in _order(size, _taken(size, version))
    ]
    words = [int("".join(map(str, bits[i : i + 8])), 2) for i in range(0, len(bits) - 7, 8)]
    data = "".join(f"{word:08b}" for word in _in_order(words, _BLOCKS[level][version]))
    counted = 8 if version < 10 else 16
    assert data[:4] == "0100", "not a run of bytes"
    length = int(data[4 : 4 + counted], 2)
    start = 4 + counted
    text = bytes(int(data[i : i + 8], 2) for i in range(start, start + 8 * length, 8))
    return text.decode(), level


def _format(matrix: Matrix) -> tuple[str, int]:
    places = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    bits = int("".join(str(matrix[r][c]) for r, c in places), 2) ^ 0b101010000010010
    return _LEVELS[bits >> 13], bits >> 10 & 0b111


def _taken(size: int, version: int) -> set[tuple[int, int]]:
    """The squares that carry no data."""
    far = size - 8
    taken = {(r, c) for r in range(9) for c in range(9)}
    taken |= {(r, c) for r in range(9) for c in range(far, size)}
    taken |= {(r, c) for r in range(far, size) for c in range(9)}
    taken |= {(6, n) for n in range(size)} | {(n, 6) for n in range(size)}
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for row in _CENTRES.get(version, ()):
        for column in _CENTRES[version]:
            if (row, column) not in corners:
                around = range(-2, 3)
                taken |= {(row + r, column + c) for r in around for c in around}
    if version >= 7:
        taken |= {(r, c) for r in range(6) for c in range(size - 11, size - 8)}
        taken |= {(r, c) for c in range(6) for r in range(size - 11, size - 8)}
    return taken


def _order(size: int, taken: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Two columns at a time from the right, up and down in turn, past the timing column."""
    order = []
    upwards = True
    right = size - 1
    while right > 0:
        if right == 6:
            right -= 1
        rows = range(size - 1, -1, -1) if upwards else range(size)
        order += [(r, c) for r in rows for c in (right, right - 1) if (r, c) not in taken]
        upwards = not upwards
        right -= 2
    return order


def _in_order(words: list[int], lengths: list[int]) -> list[int]:
    """The blocks lie in one another, word by word; the shorter ones end first."""
    blocks: list[list[int]] = [[] for _ in lengths]
    given = iter(words)
    for position in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if position < length:
                block.append(next(given))
    return [word for block in blocks for word in block]
