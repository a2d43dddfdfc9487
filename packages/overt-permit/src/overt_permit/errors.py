"""Refusals. Nothing is ever true by default: what cannot be verified is refused."""


class Refused(Exception):
    """`reason` is a word that programs compare, `rule` the number of the rule in `guard` (0 where
    the form itself is wrong), the text one sentence. It never repeats what was refused."""

    def __init__(self, reason: str, sentence: str, rule: int = 0) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.rule = rule


class KeyFileError(Exception):
    """What is wrong with a file of keys, in one sentence that never shows what it holds."""
