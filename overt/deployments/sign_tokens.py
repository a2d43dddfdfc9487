"""A sign's token stands in the address of its page, and a calendar feed's in its own, and so both
stand in what Django logs of a request that it refuses. In the log they are left out: a token stands
on its sign, or in one person's calendar program, and in no list."""

import logging
import re

# Where Django writes addresses: refused requests, refused forms, and the development server.
LOGGERS = ("django.request", "django.security.csrf", "django.server")

_TOKEN = re.compile(r"(/signs/|/calendar/feed/)[A-Za-z0-9_-]{20,}")


def without_token(text: str) -> str:
    """`text` with each token in it as an ellipsis."""
    return _TOKEN.sub(r"\1…", text)


class WithoutTokens(logging.Filter):
    """Lets every record through, without tokens in its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                without_token(part) if isinstance(part, str) else part for part in record.args
            )
        return True


def keep_out_of_logs() -> None:
    """Put the filter in place, once."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(known, WithoutTokens) for known in logger.filters):
            logger.addFilter(WithoutTokens())
