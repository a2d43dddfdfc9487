"""`python -m tests.faults.hold SESSION`: locks the session as any change of it does, says so, and
goes no further: the transaction of a machine that is about to vanish."""

import sys
import time
from uuid import UUID

import django


def hold(session_id: UUID) -> None:
    from django.db import transaction

    from overt.recognition.services.moving import locked

    with transaction.atomic():
        locked(session_id)
        print("locked", flush=True)
        time.sleep(3600)


if __name__ == "__main__":
    django.setup()
    hold(UUID(sys.argv[1]))
