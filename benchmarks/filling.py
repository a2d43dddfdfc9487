"""A force after years of work: copies of a few deployments, past the triggers, for benchmarks.

Each copy has the newest version, every notice, the session and the records of its example, with the
times of columns moved and the texts as they are. Whoever copies puts nothing in the ledger.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model

from overt import triggers
from overt.deployments.models import Deployment, Notice, Version
from overt.recognition.models import Record, Session

Made = TypeVar("Made", bound=Model)
# Above every number that the services have given.
FIRST = 10_000
AT_ONCE = 200


def fill(
    examples: Sequence[Deployment], *, until: int, first: timedelta, every: timedelta
) -> list[Deployment]:
    """The copies that bring the deployments to `until`, the first of them `first` from its
    example's time and each `every` later."""
    found = [_Example(one) for one in examples]
    rows: dict[type[Model], list[Model]] = {
        each: [] for each in (Deployment, Version, Notice, Session, Record)
    }
    for number in range(until - len(examples)):
        for row in found[number % len(found)].copies(number, first + number * every):
            rows[type(row)].append(row)
    triggers.remove_all(connection)
    connection.disable_constraint_checking()
    for model, made in rows.items():
        model._default_manager.bulk_create(made, batch_size=AT_ONCE)
    connection.enable_constraint_checking()
    connection.check_constraints()
    triggers.install_all(connection)
    return list(Deployment.objects.filter(pk__gte=FIRST))


class _Example:
    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.version = deployment.current_version
        self.notices = list(Notice.objects.filter(deployment=deployment))
        self.sessions = list(Session.objects.filter(deployment=deployment))
        self.records = list(Record.objects.filter(session__deployment=deployment))

    def copies(self, number: int, by: timedelta) -> list[Model]:
        """All rows of copy `number`, `by` later than this one."""
        own = FIRST + number
        deployment = _copy(
            self.deployment,
            by,
            id=own,
            reference=f"LFR-2020-{number:05}",
            title=f"{self.deployment.title} {number}",
        )
        rows: list[Model] = [deployment]
        if self.version is not None:
            deployment.current_version_id = own
            rows.append(_copy(self.version, by, id=own, deployment_id=own, digest=f"{number:064x}"))
        rows += [
            _copy(
                one,
                by,
                id=own * 10 + one.number,
                deployment_id=own,
                version_id=own,
                digest=f"{number:060x}{one.number:04x}",
            )
            for one in self.notices
        ]
        rows += [
            _copy(one, by, id=UUID(int=own), deployment_id=own, version_id=own)
            for one in self.sessions
        ]
        rows += [
            _copy(
                one,
                by,
                id=own * 10 + one.number,
                session_id=UUID(int=own),
                digest=f"{number:060x}{one.number:04x}",
            )
            for one in self.records
        ]
        return rows


def _copy(example: Made, by: timedelta, **changes: Any) -> Made:
    values = {
        field.attname: getattr(example, field.attname) for field in example._meta.concrete_fields
    }
    moved = {name: value + by for name, value in values.items() if isinstance(value, datetime)}
    return type(example)(**(values | moved | changes))
