"""Permits, the contract with systems, and the interface it is spoken over."""

from pathlib import Path

from overt.config.env import DATA_DIR, PRODUCTION, env

from .security import ALLOWED_HOSTS

# Who gives permits, as each says, and as a system pins it.
PERMIT_ISSUER: str = env.str(
    "OVERT_PERMIT_ISSUER", f"{ALLOWED_HOSTS[0] if PRODUCTION else 'localhost'}/overt"
)
# One key in each file. All web processes need the same.
PERMIT_KEY_FOLDER: Path = Path(
    env.str("OVERT_PERMIT_KEY_FOLDER", str(DATA_DIR / "keys" / "permits"))
)
# Only where one person is operator and user at once is a key made unasked.
PERMITS_MAKE_THEIR_KEY: bool = not PRODUCTION
# So many hours after its deadline an overdue deletion is shown to more people.
DELETION_ESCALATION_HOURS = (24, 168)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["overt.recognition.api.authentication.SystemSignature"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    # Bodies are read by the contract, from their bytes: nothing is parsed before it is verified.
    "DEFAULT_PARSER_CLASSES": ["overt.recognition.api.parsing.SignedBody"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "overt.recognition.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Overt and a recognition system",
    "DESCRIPTION": (
        "What a force's own accredited system asks of Overt and tells it: permits, counts, "
        "outcomes, deletions. Never a face, a frame, a template or a person. docs/contract.md "
        "says what each field means, docs/permits.md how a permit is verified."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}
