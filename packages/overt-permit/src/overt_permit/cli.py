"""`overt-permit`: keys, key sets, the state and permits, from a shell.

Rules
1. Exit code 0: it was done, or the system may run. 1: refused, nothing changed, or it may not run.
   2: the command was wrong, or a file could not be read or written.
2. One line says what came of it; with --json one object does. Times are in UTC, as RFC 3339 has
   them. Nothing that was refused is shown.
3. A permit is taken, so that no other command takes it again, unless --check is given.
4. Nothing here keeps a system running: whoever asked stops it when the seconds that were answered
   are over, counted by a clock that nobody sets.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import __version__, keys
from .claims import TOKEN_LIMIT
from .errors import KeyFileError, Refused
from .guard import Config, Guard
from .keys import KeySet
from .signing import kid_of
from .state import StateFile

DONE, REFUSED, WRONG = range(3)
# What a command says: a line for people, and the same for programs.
Said = tuple[str, Mapping[str, Any]]


class _Unusable(Exception):
    """Something that was given cannot be used; the text says so in one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], Said] = given.command
    try:
        line, content = command(given)
    except Refused as refused:
        sentence = str(refused)
        told = {"ok": False, "reason": refused.reason, "rule": refused.rule, "sentence": sentence}
        _say(given, f"Refused: {sentence} ({refused.reason}, rule {refused.rule})", told)
        return REFUSED
    except (KeyFileError, _Unusable, ValueError) as error:
        sys.stderr.write(f"overt-permit: {error}\n")
        return WRONG
    _say(given, line, {"ok": True, **content})
    return DONE


def _say(given: argparse.Namespace, line: str, content: Mapping[str, Any]) -> None:
    if given.json:
        line = json.dumps(content, sort_keys=True)
    sys.stdout.write(f"{line}\n")


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="answer with one JSON object")
    state = argparse.ArgumentParser(add_help=False, parents=[common])
    state.add_argument("--state", type=Path, required=True, help="the file of the state")
    parser = argparse.ArgumentParser(
        prog="overt-permit",
        description="Verifies the permits under which a recognition system may run.",
        epilog="Exit codes: 0 done, or it may run; 1 refused; 2 the command was wrong, or a file "
        "could not be read or written. @FILE stands for the arguments in FILE, one on a line.",
        fromfile_prefix_chars="@",
    )
    parser.add_argument("--version", action="version", version=__version__)
    groups = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        of: Any, name: str, does: Callable[[argparse.Namespace], Said], parent: Any, about: str
    ) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = of.add_parser(
            name, parents=[parent], help=about, description=about, fromfile_prefix_chars="@"
        )
        made.set_defaults(command=does)
        return made

    verify = command(groups, "verify", _verify, state, "take a permit, if the system may run")
    verify.add_argument("permit", help="file with the permit, or - for standard input")
    verify.add_argument("--check", action="store_true", help="only say; take nothing")
    verify.add_argument("--issuer", required=True, help="who gives permits")
    verify.add_argument("--audience", required=True, help="which system this is, as system:7")
    verify.add_argument("--session", required=True, help="which session runs, a UUID")
    verify.add_argument("--threshold", required=True, help="the threshold that runs, as 0.64")
    verify.add_argument("--manifest", required=True, help="sha256 of the watchlist that runs")
    verify.add_argument("--zone", help="sha256 of the zone that runs")
    verify.add_argument("--max-life", type=int, required=True, help="longest permit, seconds")
    verify.add_argument("--skew", type=int, required=True, help="clock difference, seconds")
    status = command(groups, "status", _status, state, "say whether permits could be taken now")
    status.add_argument("--skew", type=int, required=True, help="clock difference, seconds")

    key = groups.add_parser("key", help="the key that the system signs its requests with")
    verbs = key.add_subparsers(required=True, metavar="COMMAND")
    generate = command(verbs, "generate", _generate, common, "make a key in a file of its own")
    generate.add_argument("--folder", type=Path, required=True, help="where its file is put")

    sets = groups.add_parser("keys", help="the key set that the system believes")
    verbs = sets.add_subparsers(required=True, metavar="COMMAND")
    command(verbs, "show", _show, state, "show the pinned key set")
    pin = command(verbs, "pin", _pin, state, "believe a key set that was brought by hand")
    pin.add_argument("set", type=Path, help="file with the key set")
    update = command(verbs, "update", _update, state, "follow newer key sets, oldest first")
    update.add_argument("set", type=Path, nargs="+", help="files with key sets")

    states = groups.add_parser("state", help="what the system must not forget")
    verbs = states.add_subparsers(required=True, metavar="COMMAND")
    command(verbs, "init", _init, state, "make the state, once")
    command(verbs, "clock", _clock, state, "believe the clock, after it was wrong and ahead")
    return parser


def _verify(given: argparse.Namespace) -> Said:
    config = Config(
        issuer=given.issuer,
        audience=given.audience,
        max_life_s=given.max_life,
        skew_s=given.skew,
        threshold=given.threshold,
        manifest=given.manifest,
        zone=given.zone,
    )
    token = _text(given.permit, TOKEN_LIMIT)
    file = StateFile(given.state)
    guard = Guard(config, file.read().pinned(), file)
    wall, monotonic = time.time(), time.clock_gettime(time.CLOCK_BOOTTIME)
    look = guard.check if given.check else guard.accept
    permit = look(token, given.session, wall, monotonic)
    # Rounded down: to the second for people, to the millisecond for programs.
    seconds = math.floor(min(permit.exp - wall, permit.exp - permit.nbf) * 1000) / 1000
    line = f"May run for {int(seconds)} seconds, until {_time(permit.exp)}: permit {permit.seq}"
    until = {
        "until": _time(permit.exp),
        "seconds": seconds,
        "seq": permit.seq,
        "taken": not given.check,
    }
    return line + (", not taken." if given.check else "."), until


def _status(given: argparse.Namespace) -> Said:
    known = StateFile(given.state).read()
    pinned, now = known.pinned(), int(time.time())
    if not any(key.not_before <= now < key.not_after for key in pinned.keys.values()):
        raise Refused("key-not-valid", "No key of the pinned set is valid now.", 2)
    if now < known.latest - given.skew:
        raise Refused("clock-went-back", "The clock is behind the latest moment it showed.", 9)
    session, seq = known.sessions[-1] if known.sessions else ("", 0)
    last = f"permit {seq} of session {session}" if seq else "none"
    line = f"In order. Key set {pinned.version}, last permit: {last}."
    return line, {
        "key_set": pinned.version,
        "latest": _time(known.latest) if known.latest else None,
        "session": session or None,
        "seq": seq,
    }


def _generate(given: argparse.Namespace) -> Said:
    key = keys.generate()
    path = keys.write(given.folder, key)
    made = {"kid": kid_of(key), "public": keys.public(key), "file": str(path)}
    return f"Made {path}. Its public part, for Overt: {made['public']}", made


def _show(given: argparse.Namespace) -> Said:
    return _told(StateFile(given.state).read().pinned())


def _pin(given: argparse.Namespace) -> Said:
    return _told(StateFile(given.state).pin(_text(given.set, keys.SET_LIMIT)))


def _update(given: argparse.Namespace) -> Said:
    file = StateFile(given.state)
    found = file.read().pinned()
    for path in given.set:
        found = file.follow(found, _text(path, keys.SET_LIMIT), at=int(time.time()))
    return _told(found)


def _init(given: argparse.Namespace) -> Said:
    StateFile(given.state).init()
    return f"Made {given.state}. Pin a key set next.", {"state": str(given.state)}


def _clock(given: argparse.Namespace) -> Said:
    now = int(time.time())
    StateFile(given.state).believe(now)
    return f"It is {_time(now)}, and what was later is forgotten.", {"latest": _time(now)}


def _told(found: KeySet) -> Said:
    rows = [
        {"kid": kid, "not_before": _time(key.not_before), "not_after": _time(key.not_after)}
        for kid, key in found.keys.items()
    ]
    line = "; ".join(f"{row['kid']} {row['not_before']} to {row['not_after']}" for row in rows)
    content = {"version": found.version, "issued_at": _time(found.issued_at), "keys": rows}
    return f"Key set {found.version}: {line}", content


def _text(path: Path | str, limit: int) -> str:
    """No more of the file than could be honest; what is longer is refused where it is read."""
    try:
        if str(path) == "-":
            content = sys.stdin.buffer.read(limit + 2)
        else:
            with Path(path).open("rb") as file:
                content = file.read(limit + 2)
    except OSError as error:
        raise _Unusable(f"{path} cannot be read: {error.strerror}.") from error
    return content.decode("ascii", errors="replace").removesuffix("\n")


def _time(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
