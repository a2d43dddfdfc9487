"""How everything that is logged is written: one line of JSON each, without anything personal.

Rules
1. A line has no keys but those of `KEYS`.
2. A request is named by its route, never by its address; who asked by the number of their account,
   or of their system, never by name.
3. Of an exception its class is written, what a database says of itself, and where it happened:
   never its message, which may hold what was sent.
4. In a message of Overt's own, the code says what may stand there, but for exceptions (rule 3). In
   any other only numbers, and the names and ids of tasks, take the places that are left for
   arguments. A message about a request that was refused says what kind of refusal it was.
5. What is then left is searched: tokens of signs and calendars, queries of addresses, addresses of
   mail and of machines are cut out.

Where one person is operator and user at once, a line is plain text, under rule 5 alone.

Nothing of Django may be needed to import this: the web server writes lines before Django is there.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO
from uuid import UUID

from overt.deployments.sign_tokens import without_token

KEYS = (
    "time",
    "level",
    "logger",
    "message",
    "process",
    "request",
    "account",
    "system",
    "method",
    "route",
    "status",
    "milliseconds",
    "task",
    "task_name",
    "error",
    "sqlstate",
    "constraint",
    "at",
)
# An attribute of a request that has an id.
ID = "overt_id"
_CODE = Path(__file__).resolve().parents[1]
_ROOT = _CODE.parent
# Of where an error happened: what of Overt was on the way there, and the end of it.
_OURS, _LAST = 10, 3
_LEFT_OUT = "…"
# Their arguments are names and ids of tasks that the code defines.
_OF_TASKS = ("celery.beat",)
_ABOUT_A_TASK = ("id", "name", "description")
_MAIL = re.compile(r"[\w.+'-]+@[\w-]+(\.[\w-]+)+")
_QUERY = re.compile(r"(/[^\s?\"'<>]*)\?[^\s\"'<>]+")
_MACHINE = re.compile(r"(?<![\w.:])[0-9a-fA-F:.]*[.:][0-9a-fA-F:.]*[0-9a-fA-F:](?![\w:])")
_BY_GUNICORN = re.compile(r" (from|ip=).*", re.DOTALL)


@dataclass(frozen=True)
class Context:
    """What is being worked on: a request, a task, or a task that a request asked for."""

    request: Any = None
    task: str = ""
    task_name: str = ""
    # Of the request that asked for the task.
    request_id: str = ""


_context: ContextVar[Context | None] = ContextVar("overt_logs", default=None)


@contextmanager
def within(context: Context) -> Iterator[None]:
    """Lines that are written meanwhile say what they belong to."""
    before = _context.set(context)
    try:
        yield
    finally:
        _context.reset(before)


def begin(context: Context | None) -> None:
    """As `within`, until the next call: for what begins in one function and ends in another."""
    _context.set(context)


def request_id() -> str:
    """Of the request that is being worked on, or empty."""
    context = _context.get() or Context()
    return context.request_id or getattr(context.request, ID, "")


class JsonLines(logging.Formatter):
    """Rules 1 to 5."""

    def format(self, record: logging.LogRecord) -> str:
        facts: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redacted(_message(record)),
            "process": record.process,
        }
        context = _context.get() or Context()
        request = context.request or getattr(record, "request", None)
        facts |= _of_request(request) | ({"request": context.request_id} if context.task else {})
        facts |= {"task": context.task, "task_name": context.task_name}
        facts |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[1] is not None:
            facts |= _of_error(record.exc_info[1], record.exc_info[2])
        known = {key: facts[key] for key in KEYS if facts.get(key) not in (None, "")}
        return json.dumps(known, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """Rule 5."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to what is standard error at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def configuration(*, as_json: bool) -> dict[str, Any]:
    """For `logging.config.dictConfig`."""
    formatter = {"()": "overt.config.logs.JsonLines"}
    if not as_json:
        formatter = {
            "()": "overt.config.logs.PlainLines",
            "format": "[%(asctime)s: %(levelname)s/%(name)s] %(message)s",
        }
    ours = {"handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {
            "stderr": {"()": "overt.config.logs.StandardError", "formatter": "line"},
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            # Without the handlers that Django gives it: one would send mail.
            "django": {"handlers": [], "level": "WARNING"},
            # What is answered with less than an error has a line of Overt's own.
            "django.request": {"level": "ERROR" if as_json else "WARNING"},
            "overt": {"level": "INFO"},
            "overt.request": {"level": "INFO" if as_json else "WARNING"},
            "gunicorn.error": {**ours, "level": "INFO"},
            # A line for each request is written by Overt, which knows the route and the account.
            "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }


def redacted(text: str) -> str:
    """`text` under rule 5."""
    text = _QUERY.sub(r"\1", without_token(text))
    return _MACHINE.sub(_unless_no_address, _MAIL.sub(_LEFT_OUT, text))


def _unless_no_address(found: re.Match[str]) -> str:
    text = found[0].rstrip(".:")
    for candidate in (text, text.rpartition(":")[0]):  # with a port, or without
        try:
            ip_address(candidate)
        except ValueError:
            continue
        return found[0].replace(candidate, _LEFT_OUT)
    return found[0]


def _message(record: logging.LogRecord) -> str:
    if record.name.startswith("django.security"):
        return f"Refused: {record.name.rpartition('.')[2]}"
    if record.name == "django.request":
        return HTTPStatus(getattr(record, "status_code", 500)).phrase
    if isinstance(record.msg, BaseException):
        return type(record.msg).__name__
    if record.name.startswith("gunicorn."):
        return _filled(_BY_GUNICORN.sub("", str(record.msg)), record)
    return _filled(str(record.msg), record)


def _filled(text: str, record: logging.LogRecord) -> str:
    """`text` with the arguments that rule 4 allows."""
    is_ours = record.name.partition(".")[0] == "overt" or record.name in _OF_TASKS
    args: Any = record.args
    if isinstance(args, Mapping):
        args = {
            key: value if key in _ABOUT_A_TASK else _allowed(value, is_ours)
            for key, value in args.items()
        }
    elif args:
        args = tuple(_allowed(value, is_ours) for value in args)
    try:
        return text % args if args else text
    except (TypeError, ValueError):  # a number is wanted where none may stand
        return text


def _allowed(value: object, is_ours: bool) -> object:
    if isinstance(value, BaseException):
        return type(value).__name__
    if is_ours or isinstance(value, int | float | UUID):
        return value
    return _LEFT_OUT


def _of_request(request: Any) -> dict[str, Any]:
    # A logger of the standard library may call a socket a request.
    if not hasattr(request, "path_info"):
        return {}
    match = getattr(request, "resolver_match", None)
    # What is there already: to look up who asks would ask the database.
    user = getattr(request, "_cached_user", None)
    caller = vars(request).get("user")
    return {
        "request": getattr(request, ID, None),
        "method": request.method,
        "route": f"/{match.route}" if match else None,
        "account": getattr(user, "pk", None),
        "system": caller.system_id if type(caller).__name__ == "Caller" else None,
    }


def _of_error(error: BaseException, tb: TracebackType | None) -> dict[str, Any]:
    cause = error.__cause__ or error
    diagnosis = getattr(cause, "diag", None)
    return {
        "error": f"{type(error).__module__}.{type(error).__qualname__}",
        "sqlstate": getattr(cause, "sqlstate", None),
        "constraint": getattr(diagnosis, "constraint_name", None),
        "at": _places(traceback.extract_tb(tb)),
    }


def _places(frames: Sequence[traceback.FrameSummary]) -> list[str]:
    ours = [frame for frame in frames[:-_LAST] if Path(frame.filename).is_relative_to(_CODE)]
    return [
        f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in (*ours[-_OURS:], *frames[-_LAST:])
    ]


def _short(filename: str) -> str:
    path = Path(filename)
    if path.is_relative_to(_ROOT):
        return str(path.relative_to(_ROOT))
    return "/".join(path.parts[-3:])
