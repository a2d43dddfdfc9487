"""Who is on the watchlist, in the words of the authority.

A category is a word, and a word can be anybody's name: no alphabet tells "wanted on recall" from a
person. So Overt keeps none of a manifest's words. Each is looked up among the categories that were
authorised, whose own wording is kept with the count; one that is not there refuses the manifest.

Pure: no Django.
"""

import re
import unicodedata
from collections.abc import Iterable

from .refusals import ContractRefused
from .requests import Manifest


def plain(name: str) -> str:
    """What makes two categories the same: their letters and digits, small and without accents."""
    spelled = unicodedata.normalize("NFKD", name).casefold().encode("ascii", "ignore").decode()
    return "".join(re.findall("[a-z0-9]", spelled))


def composition(manifest: Manifest, *, authorised: Iterable[str]) -> dict[str, int]:
    """People by the names that were `authorised`, in the order of the manifest.

    Raises ContractRefused where a category is none of them, or is there twice.
    """
    known = {plain(name): name for name in authorised}
    counts: dict[str, int] = {}
    for position, category in enumerate(manifest.categories):
        field = f"categories[{position}].name"
        name = known.get(plain(category.name))
        if name is None:
            raise ContractRefused("category-not-authorised", field)
        if name in counts:
            raise ContractRefused("inconsistent", field)
        counts[name] = category.count
    return counts
