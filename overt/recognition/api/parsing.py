"""What kind of body there is. It is read by the contract, after its signature was verified."""

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser


class SignedBody(BaseParser):
    """For the schema alone: nobody asks Django REST framework to parse."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raise UnsupportedMediaType(media_type or "")
