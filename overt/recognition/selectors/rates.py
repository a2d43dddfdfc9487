"""The rates of a session, or of several together, in words, each with both ends of its interval."""

from dataclasses import dataclass

from overt.deployments.models import Deployment
from overt.deployments.selectors.deployments import profile_of
from overt.recognition.account import metrics
from overt.recognition.account.figures import Figures
from overt.recognition.account.metrics import Seeded

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Row:
    label: str
    words: str


_VERDICTS = {
    "above": "above it, beyond chance",
    "within": "within it, beyond chance",
    "cannot be said": "too few faces to say",
}


def ceiling_of(deployment: Deployment) -> int:
    """One false alert in so many faces is the most that its policy tolerates."""
    return profile_of(deployment).alerts.false_alert_ceiling_one_in.value


def shown(figures: Figures, *, one_in: int | None, seeded: Seeded | None = None) -> tuple[Row, ...]:
    """Both denominators of the false alert rate, shares, arrests, the ceiling, where there is one,
    and the true recognition rate, where a seeded test was made. Nothing where there are more alerts
    than faces, of which no rate can be made."""
    try:
        rates = metrics.rates(figures)
    except ValueError:
        return ()
    said = {"confidence": CONFIDENCE}
    rows = [
        Row(
            "False alerts, of faces seen",
            metrics.one_in_words(rates.false_of_faces, unit="faces", **said),
        ),
        Row(
            "False alerts, of alerts",
            metrics.share_words(rates.false_of_alerts, unit="alerts", **said),
        ),
        Row("Confirmed alerts", metrics.share_words(rates.confirmed, unit="alerts", **said)),
        Row("Arrests", metrics.share_words(rates.arrested, unit="alerts", **said)),
    ]
    if figures.faces_seen and one_in is not None:
        held = metrics.ceiling(rates.false_of_faces, one_in=one_in, confidence=CONFIDENCE)
        rows.append(Row(f"Ceiling of 1 in {one_in:,} faces", _VERDICTS[held.verdict]))
    if seeded is not None:
        rate = metrics.true_recognition_rate(seeded)
        said_of_it = metrics.share_words(rate, unit="passes in a seeded test", **said)
        rows.append(Row("True recognition rate", said_of_it))
    return tuple(rows)
