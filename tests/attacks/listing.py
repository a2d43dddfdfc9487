"""The list of all attacks on permits and the contract, theme by theme.

    python -m tests.attacks     writes docs/attacks.md

Each theme is a file of tests with one table or more, which is where a case is added.
"""

from collections.abc import Iterator
from http import HTTPStatus

from tests.attacks import (
    test_accounts,
    test_batches,
    test_bodies,
    test_in_time,
    test_infrastructure,
    test_manifests,
    test_permits,
    test_signatures,
)
from tests.attacks.world import Attack
from tests.conftest import ROOT

DOCUMENT = ROOT / "docs" / "attacks.md"
_BEGINNING = """\
# Attacks

What is tried on permits and on the contract with systems, case by case, over real requests through
the whole of Overt: authentication, views, services, database. `tests/attacks` makes each of these
{count} attempts at every run of the tests, and this page is written from there
(`python -m tests.attacks`; a test holds the two together).

Refused means: the answer is a closed problem (RFC 9457) with this status and this reason, and every
row of sessions, deployments, accounts, policies and the ledger is as it was. Of a permit that is
refused (403) the refusal itself may be written down, and nothing else. What the reasons mean is in
[permits.md](permits.md) and [contract.md](contract.md).

Counted elsewhere: attacks on whoever holds a permit (`packages/overt-permit/tests`), on the tables
themselves, past every service (`tests/recognition/test_attacks.py`), and on each field of a body
(`tests/recognition/contract`). Requests drawn from the published description, whether they fit it
or not, are in `tests/attacks/test_openapi.py`.
"""


def themes() -> Iterator[tuple[str, str, dict[str, Attack]]]:
    """Heading, where it begins, and the cases."""
    yield "Signatures", "A request for a permit is signed with:", test_signatures.ATTACKS
    yield (
        "Permits, before the session was live",
        "The system of an armed session asks for its first permit:",
        test_permits.OF_AN_ARMED_SESSION,
    )
    yield (
        "Permits, while the session is live",
        "The system of a live session asks for its next permit:",
        test_permits.OF_A_LIVE_SESSION,
    )
    yield (
        "Watchlist manifests, before the start",
        "The system of an armed session sends, or asks with:",
        test_manifests.BEFORE_THE_START,
    )
    yield (
        "Watchlist manifests, while the session is live",
        "The system of a live session sends, or asks with:",
        test_manifests.WHILE_LIVE,
    )
    yield (
        "Batches",
        "The system of a live session, which has told of a count and an alert, sends:",
        test_batches.OF_BATCHES,
    )
    yield (
        "Batches, before any permit",
        "The system of an armed session sends:",
        test_batches.OF_BATCHES_TOO_EARLY,
    )
    yield "Bodies", "The system of a live session sends, rightly signed:", test_bodies.OF_BODIES
    yield (
        "Clocks",
        "Half a minute after its first permit a system asks, or tells:",
        test_in_time.OF_CLOCKS,
    )
    yield (
        "The night on which the clocks go back",
        "A session begins at 01:15 UTC, the second quarter past one; its system asks:",
        test_in_time.OF_THE_NIGHT,
    )
    yield (
        "The database is read-only, or goes away at any statement",
        "A system asks for, or sends:",
        test_infrastructure.ON_A_FAILING_DATABASE,
    )
    yield (
        "Redis is down",
        "The system of a live session asks for its next permit:",
        test_infrastructure.WITHOUT_REDIS,
    )
    yield (
        "No key to sign with",
        "The system of an armed session asks for its first permit:",
        test_infrastructure.WITHOUT_A_KEY,
    )
    yield (
        "The account",
        "In the browser of somebody who has signed in, the session is:",
        test_accounts.ON_THE_ACCOUNT,
    )


def document() -> str:
    """docs/attacks.md."""
    parts = []
    for heading, beginning, attacks in themes():
        rows = "".join(
            f"| {sentence} | {_status(attack)} | `{attack.reason}` |\n"
            for sentence, attack in attacks.items()
        )
        parts.append(
            f"\n## {heading}\n\n{beginning}\n\n| | status | reason |\n|---|---|---|\n{rows}"
        )
    count = sum(len(attacks) for *_, attacks in themes())
    return _BEGINNING.format(count=count) + "".join(parts)


def _status(attack: Attack) -> str:
    # A page answers with another page, which says why.
    return str(attack.status) if attack.status >= HTTPStatus.BAD_REQUEST else "said on the page"
