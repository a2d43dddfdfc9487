"""`python -m tests.faults.withdraw`: authorities taken back, each at its moment.

Reads from standard input a JSON list of [reference of the deployment, seconds since 1970], in order
of time; writes a list of [reference, when it was asked for, when it was in the database].
"""

import json
import sys
import time
from typing import Any

import django


def withdraw(asked: list[tuple[str, float]]) -> list[list[Any]]:
    from django.utils import timezone

    from overt.deployments.models import Deployment
    from overt.deployments.services import deciding
    from tests.deployments import making

    cast = making.people()
    officer = making.actor(cast.officer)
    done: list[list[Any]] = []
    for reference, at in asked:
        deployment = Deployment.objects.get(reference=reference)
        seen = making.digest(deployment)
        time.sleep(max(0.0, at - time.time()))
        begun = time.time()
        deciding.withdraw(
            deployment=deployment,
            seen_digest=seen,
            reason="The threat has passed.",
            actor=officer,
            now=timezone.now(),
        )
        done.append([reference, begun, time.time()])
    return done


if __name__ == "__main__":
    django.setup()
    json.dump(withdraw(json.load(sys.stdin)), sys.stdout)
