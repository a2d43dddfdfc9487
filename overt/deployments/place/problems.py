"""What is refused of what somebody types, and how much of it is read at all."""

MOST_CORNERS = 1_000
MOST_CHARACTERS = 200_000


class PlaceProblem(ValueError):
    """What was typed cannot be taken; the text says where, and what to do."""


def refuse_long(text: str) -> None:
    """Raises PlaceProblem before anything is parsed."""
    if len(text) > MOST_CHARACTERS:
        raise PlaceProblem(f"the text is too long: give at most {MOST_CHARACTERS:,} characters")
