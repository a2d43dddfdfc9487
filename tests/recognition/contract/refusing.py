"""Reads what is to be refused."""

import pytest

from overt.recognition.contract import REASONS, ContractRefused, read
from overt.recognition.contract.fields import Closed


def refusal(model: type[Closed], body: bytes) -> ContractRefused:
    with pytest.raises(ContractRefused) as caught:
        read(model, body)
    refused = caught.value
    assert refused.reason in REASONS
    # Nothing that was read hangs on it, where a log would print it.
    assert refused.__cause__ is None
    assert refused.__context__ is None
    return refused
