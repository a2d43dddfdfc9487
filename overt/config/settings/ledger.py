"""The ledger's signed checkpoints: whose they are, with which key, how often."""

from pathlib import Path

from overt.config.env import DATA_DIR, PRODUCTION, env, number

from .security import ALLOWED_HOSTS

# The name of a new key, and the first line of every checkpoint. A key keeps the name it got.
LEDGER_NAME: str = env.str(
    "OVERT_LEDGER_NAME", f"{ALLOWED_HOSTS[0] if PRODUCTION else 'localhost'}/ledger"
)
# Empty, or a file with one signing key. Keys made later are put beside it.
LEDGER_KEY: str = env.str("OVERT_LEDGER_KEY", "")
LEDGER_KEY_FOLDER: Path = Path(LEDGER_KEY).parent if LEDGER_KEY else DATA_DIR / "keys" / "ledger"
# Only where one person is operator and user at once is a key made unasked.
LEDGER_MAKES_ITS_KEY: bool = not PRODUCTION
CHECKPOINT_MINUTES: int = number("OVERT_CHECKPOINT_MINUTES", 60)
