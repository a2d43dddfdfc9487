"""How the signature of a system stands in the OpenAPI description."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from .authentication import HEADER


class SignatureScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Found by drf-spectacular once this module is imported (`urls.py`)."""

    target_class = "overt.recognition.api.authentication.SystemSignature"
    name = "systemSignature"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": HEADER,
            "description": "Detached JWS over the body, by the system's key. docs/contract.md.",
        }
