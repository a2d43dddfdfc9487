"""`python -m tests.faults.prepare`: deployments that are ready now, in the settings' database.

Reads one JSON object from standard input: {sessions, starts_in_s, lasts_s, live_s_ago}; writes one
to standard output: {sessions: [{deployment, system, key, starts_at, ends_at}]}, where `key` is the
file of the system's key and times are seconds since 1970. Each starts about so long after the last
will have been made, by how long those before took.
Where `live_s_ago` is given, each starts so long after it was made itself, and the services bring it
to its first permit so long ago, without a worker; then there are `session`, `manifest` and
`requests` besides: its UUID, the digest of its watchlist, which is that of `tests.faults.fleet` and
was built at `built_at`, and how many permits were asked for.
"""

import json
import sys
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import django

from . import fleet

FIRST_TAKES_S = 2


def prepare(asked: dict[str, Any]) -> list[dict[str, Any]]:
    from django.conf import settings
    from django.utils import timezone
    from overt_permit import keys

    from overt.deployments import states
    from overt.deployments.models import System, Team
    from overt.recognition.services import permit_keys, system_keys
    from tests.deployments import making

    now = timezone.now().replace(microsecond=0)
    cast = making.people()
    area = making.borough()
    if not permit_keys.has_key(now=now):
        first = now + timedelta(seconds=min(0, asked["starts_in_s"]))
        permit_keys.generate(actor=making.PROGRAM, now=first)
    made: list[dict[str, Any]] = []
    began = time.monotonic()
    for number in range(asked["sessions"]):
        now = timezone.now().replace(microsecond=0)
        start = now + timedelta(seconds=asked["starts_in_s"])
        if asked.get("live_s_ago") is None:
            each_s = (time.monotonic() - began) / number if number else FIRST_TAKES_S
            start += timedelta(seconds=int(each_s * (asked["sessions"] - number)))
        system = System.objects.create(name=f"Van {System.objects.count() + 1}")
        team = Team.objects.create(name=f"Team {Team.objects.count() + 1}")
        zone = _zone(area, System.objects.count() - 1)
        resources = {
            name: making.named(making.account(f"{name}{system.pk}", rank=rank))
            for name, rank in (
                ("gold", making.Rank.COMMANDER),
                ("silver", making.Rank.CHIEF_INSPECTOR),
                ("bronze", making.Rank.INSPECTOR),
            )
        }
        operator = making.account(f"op{system.pk}", making.roles.OPERATOR)
        whole = making.complete_draft(cast, start=start, system=system, team=team, zone=zone)
        ends = start + timedelta(seconds=asked["lasts_s"])
        deployment = making.deployment_in(
            states.READY,
            cast,
            now=now - timedelta(days=2),
            start=start,
            system=system,
            team=team,
            zone=zone,
            time=whole.time.model_copy(
                update={
                    "setup_at": min(now, start) - timedelta(minutes=1),
                    "ends_at": ends,
                    "takedown_at": ends + timedelta(hours=1),
                }
            ),
            resources=whole.resources.model_copy(
                update={
                    **resources,
                    "operators": (making.named(operator),),
                    "engagement": (making.named(making.account(f"eng{system.pk}")),),
                }
            ),
            title=f"Deployment {number + 1}",
        )
        making.recheck_signs(deployment, cast.operator, now)
        private = keys.generate()
        system_keys.add(
            system=system,
            public=keys.public(private),
            valid_from=now - timedelta(days=1),
            valid_until=now + timedelta(days=30),
            actor=making.PROGRAM,
            now=now,
        )
        path = keys.write(Path(settings.PERMIT_KEY_FOLDER).parent / "systems", private)
        made.append(
            {
                "deployment": deployment.reference,
                "system": system.pk,
                "key": str(path),
                "starts_at": start.timestamp(),
                "ends_at": ends.timestamp(),
            }
        )
        if asked.get("live_s_ago") is not None:
            at = timezone.now() - timedelta(seconds=asked["live_s_ago"])
            made[-1] |= _live(cast, deployment, at)
    return made


def _live(cast: Any, deployment: Any, at: datetime) -> dict[str, Any]:
    from overt.recognition.errors import PermitRefused
    from overt.recognition.models import Session
    from overt.recognition.services import sessions
    from overt.recognition.simulated.system import manifest_of
    from tests.deployments import making as deployments
    from tests.recognition import making

    deployments.recheck_signs(deployment, cast.operator, at)
    sessions.open_due(actor=deployments.PROGRAM, now=at)
    desk = making.Desk(cast, deployment, Session.objects.get(deployment=deployment).id)
    built_at = at.replace(microsecond=0) - timedelta(minutes=1)
    manifest = manifest_of(fleet.WATCHLIST, 0, built_at)
    desk.send_manifest(manifest, now=at)
    desk.look(at)
    with suppress(PermitRefused):  # it is not armed before its system has asked
        desk.ask(at, watchlist=manifest.digest)
    desk.look(at)
    desk.ask(at, watchlist=manifest.digest)
    return {
        "session": str(desk.session_id),
        "manifest": manifest.digest,
        "built_at": built_at.timestamp(),
        "requests": desk.requests,
    }


def _zone(area: Any, number: int) -> Any:
    """Zones in rows about the middle of the borough, well apart: two at one place are refused."""
    from tests.deployments import making

    row, column = divmod(number, 12)
    middle_east, middle_north = (area.west + area.east) // 2, (area.south + area.north) // 2
    return making.square(
        middle_east + (column - 6) * 150_00, middle_north + (row - 4) * 150_00, 50_00
    )


if __name__ == "__main__":
    django.setup()
    json.dump({"sessions": prepare(json.load(sys.stdin))}, sys.stdout)
