"""`python -m tests.faults.people`: people, and something for each of them to fill in.

Writes one JSON object to standard output: {cookies: {role: value of the session's cookie},
deployment: reference, session: id, system: number, key: file of the system's key}. The cookies are
of people who signed in with all that their role asks for.
"""

import json
import sys
from datetime import timedelta
from typing import Any

import django


def prepare() -> dict[str, Any]:
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from overt.accounts import roles
    from overt.deployments import states
    from overt.recognition.models import Session
    from overt.recognition.services import sessions
    from tests.accounts.signing_in import sign_in
    from tests.deployments import making
    from tests.faults.prepare import prepare as prepared

    now = timezone.now().replace(microsecond=0)
    (made,) = prepared({"sessions": 1, "starts_in_s": 0, "lasts_s": 4 * 3600})
    sessions.open_due(actor=making.PROGRAM, now=now)
    cast = making.people()
    for number, state in enumerate((states.DRAFT, states.SUBMITTED, states.REVIEWED), start=10):
        start = (now + timedelta(days=number)).replace(minute=0, second=0)
        making.deployment_in(state, cast, now=now - timedelta(days=1), start=start)
    people = {
        "planner": cast.planner,
        "legal": cast.legal,
        "officer": cast.officer,
        "operator": cast.operator,
        "auditor": cast.auditor,
        "analyst": making.account("ana", roles.ANALYST),
    }
    cookies = {}
    for name, user in people.items():
        client = Client()
        sign_in(client, user)
        cookies[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    session = Session.objects.get(deployment__reference=made["deployment"])
    return made | {"cookies": cookies, "session": str(session.id)}


if __name__ == "__main__":
    django.setup()
    json.dump(prepare(), sys.stdout)
