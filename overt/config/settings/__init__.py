"""Django's settings, one file per concern, every deployment choice from the environment."""

from .base import *  # noqa: F403
from .database import *  # noqa: F403
from .imports import *  # noqa: F403
from .jobs import *  # noqa: F403
from .ledger import *  # noqa: F403
from .logs import *  # noqa: F403
from .monitoring import *  # noqa: F403
from .recognition import *  # noqa: F403
from .security import *  # noqa: F403
from .storage import *  # noqa: F403
