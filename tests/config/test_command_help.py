"""Every command explains itself and each of its options."""

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

OURS = sorted((app, name) for name, app in get_commands().items() if app.startswith("overt."))


@pytest.mark.parametrize(("app", "name"), OURS, ids=[name for _, name in OURS])
def test_a_command_says_what_it_is_for_and_what_each_option_does(app, name):
    command = load_command_class(app, name)
    assert isinstance(command, BaseCommand)
    assert command.help
    parser = command.create_parser("manage.py", name)
    silent = [action.dest for action in parser._actions if not action.help]
    assert silent == []
    assert parser.format_help()
