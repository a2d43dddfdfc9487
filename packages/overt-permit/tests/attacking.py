"""A list of attacks, each with the word and the number of the rule that answer it.

An attack is a function that gets a van with a guard and a pinned key set, and either raises Refused
or returns the guard's answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from overt_permit.errors import Refused
from overt_permit.guard import Answer
from permit_making import Van

Attack = Callable[[Van], object]


@dataclass
class Attacks:
    """`cases` are parameters for pytest: the function, the reason, the rule."""

    cases: list[object] = field(default_factory=list)

    def __call__(self, sentence: str, reason: str, rule: int) -> Callable[[Attack], Attack]:
        def listed(function: Attack) -> Attack:
            name = f"{sentence}: {reason}"
            self.cases.append(pytest.param(function, (reason, rule), id=name))
            return function

        return listed

    def token(self, sentence: str, reason: str, rule: int, token: Callable[[], str]) -> None:
        """To hand the guard this token as the permit of the session that runs."""
        self(sentence, reason, rule)(lambda van: van.accept(token()))


def answer_to(attack: Attack, van: Van) -> tuple[str, int]:
    """What refused it."""
    try:
        answer = attack(van)
    except Refused as refused:
        return refused.reason, refused.rule
    assert isinstance(answer, Answer), "the attack succeeded"
    assert not answer.allowed, "the attack succeeded"
    assert answer.until is None
    return answer.reason, answer.rule
