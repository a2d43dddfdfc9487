"""How large a crime file may be. The limits keep a damaged or hostile file from filling memory.

A month of the largest force is about 25 MB unpacked, and packs to about a fifteenth; three years
of every force are about 20 GB.
"""

from overt.config.env import number

# One CSV, unpacked. An import holds one at a time in memory, with about twice its size beside it.
CRIME_FILE_MAX_MB: int = number("OVERT_CRIME_FILE_MAX_MB", 512)
# All street files of one zip archive together, unpacked. They are read one at a time.
CRIME_ARCHIVE_MAX_MB: int = number("OVERT_CRIME_ARCHIVE_MAX_MB", 32_768)
# Unpacked to packed bytes. Above 1 MB unpacked; deflate itself can reach about 1,000.
CRIME_MAX_RATIO: int = number("OVERT_CRIME_MAX_RATIO", 200)
