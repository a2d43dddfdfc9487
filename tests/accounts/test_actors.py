"""Who acts, as the ledger names them."""

import os

from overt.accounts import actors
from overt.accounts.actors import Actor


def test_a_command_is_named_with_the_account_that_runs_it(monkeypatch):
    monkeypatch.setattr(actors, "getuser", lambda: "ann")
    assert Actor.of_command("import_crimes").label == "command:import_crimes:ann"


def test_a_command_of_a_number_without_an_account_is_named_by_the_number(monkeypatch):
    def nobody():
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(actors, "getuser", nobody)
    assert Actor.of_command("import_crimes").label == f"command:import_crimes:uid-{os.getuid()}"
