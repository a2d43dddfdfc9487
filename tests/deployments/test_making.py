"""Every state is reached by the services, on both databases."""

import pytest

from overt.deployments import states

from . import making


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.parametrize("state", states.LABELS)
def test_every_state_is_reached(state: str) -> None:
    assert making.deployment_in(state).state == state
