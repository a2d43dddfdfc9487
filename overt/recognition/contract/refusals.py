"""Why a body was refused, without a word of what was in it."""

from types import MappingProxyType

REASONS = MappingProxyType(
    {
        "too-large": "The body has more bytes than are allowed.",
        "not-utf8": "The body is not UTF-8.",
        "character-not-allowed": "The body has a character other than printable ASCII, or an "
        "escape: no value needs one.",
        "not-json": "The body is not JSON.",
        "too-deep": "Objects and lists lie deeper in each other than any body has them.",
        "duplicate-member": "An object has the same member twice.",
        "not-canonical": "The body is not in canonical form (RFC 8785): members sorted, no "
        "spaces, numbers written plainly.",
        "unknown-field": "There is a member that the contract does not have.",
        "missing-field": "A member is missing; where there is nothing to say it is null, or an "
        "empty list.",
        "wrong-type": "The value is of another type than the contract has: whole numbers without "
        "fraction or exponent, text in quotes, true and false without.",
        "out-of-range": "The number is too small or too large.",
        "value-too-long": "The text is longer than is allowed.",
        "wrong-form": "The text is not written as the contract has it.",
        "not-a-choice": "The text is none of the choices.",
        "not-a-time": "The text is not a time in UTC as the contract has it, such as "
        "2026-05-01T12:00:00Z.",
        "not-whole-minute": "The time is not on a whole minute.",
        "too-many-items": "There are more items than are allowed.",
        "too-few-items": "There are fewer items than are needed.",
        "too-many-cameras": "There are more cameras than a session can have.",
        "not-in-order": "The items are not in rising order, each once.",
        "inconsistent": "Two members contradict each other.",
        "looks-like-image": "There is something that looks like a picture. Overt takes none.",
        "looks-like-base64": "There is something that looks like base64. Overt takes none.",
        "looks-like-hex": "There is something that looks like bytes in hexadecimal. Overt takes "
        "digests only.",
        "category-not-authorised": "The category is none of those that were authorised.",
    }
)


class ContractRefused(Exception):
    """A body that is not as the contract has it.

    `reason` is a key of REASONS. `field` is where, as `counters[3].minute`, made of names of the
    contract and positions only; empty for the body as a whole. `sentence` says it in words.
    """

    def __init__(self, reason: str, field: str = "", sentence: str = "") -> None:
        self.reason = reason
        self.field = field
        self.sentence = sentence or REASONS[reason]
        super().__init__(f"{field}: {self.sentence}" if field else self.sentence)
