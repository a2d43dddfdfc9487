"""Deployments whose signs can be checked, and a short way to check one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from overt.accounts.models import User
from overt.deployments import states
from overt.deployments.models import Deployment, Sign, SignCheck
from overt.deployments.services import signs as services
from overt.deployments.signs.location import Location
from tests.deployments import making

# Set-up of the deployments that `making` makes.
SETUP = making.START - timedelta(hours=1)

Check = Callable[..., SignCheck]


@pytest.fixture
def cast(db: None) -> making.People:
    return making.people()


@pytest.fixture
def authorised(cast: making.People) -> Deployment:
    return making.deployment_in(states.AUTHORISED, cast)


@pytest.fixture
def check(cast: making.People) -> Check:
    """Records a check, by default an operator's at the planned point during set-up."""

    def check(
        sign: Sign,
        kind: str = "placed",
        *,
        metres: int = 0,
        accuracy: int = 5,
        located: bool = True,
        by: User | None = None,
        now: datetime = SETUP,
        **given: Any,
    ) -> SignCheck:
        here = Location(sign.easting + metres * 100, sign.northing, accuracy)
        fields = {
            "here": here if located else None,
            "note": "",
            "key": str(uuid4()),
            "actor": making.actor(by or cast.operator),
        }
        return services.record_check(sign=sign, kind=kind, now=now, **(fields | given))

    return check


def first_sign(deployment: Deployment) -> Sign:
    return deployment.signs.get(code="S1")
