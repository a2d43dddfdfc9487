"""What accounts writes to the ledger.

An entry can never be removed, so it holds no more of a person than the account needs to be told
apart: neither the full name nor an address on the network nor, of course, anything secret. The
name of a lockout's account is that of an account: what else was typed may have been a password.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from overt.ledger import verbs

Factor = Literal["totp", "webauthn", "recovery_codes"]
Means = Literal["password", "totp", "webauthn", "recovery_codes"]


class _Payload(BaseModel):
    model_config = ConfigDict(extra="forbid")

    username: str


class AccountCreatedPayload(_Payload):
    rank: str
    unit: str
    roles: list[str]


class AccountChangedPayload(_Payload):
    rank: str
    unit: str
    roles: list[str]
    roles_added: list[str]
    roles_removed: list[str]


class AccountPayload(_Payload):
    pass


class SignedInPayload(_Payload):
    means: list[Means]


class FactorPayload(_Payload):
    factor: Factor


class FactorsPayload(_Payload):
    factors: list[Factor]


ACCOUNT_CREATED = verbs.register(
    "account.created", label="Account created", schema=AccountCreatedPayload
)
ACCOUNT_CHANGED = verbs.register(
    "account.changed", label="Account changed", schema=AccountChangedPayload
)
ACCOUNT_DISABLED = verbs.register(
    "account.disabled", label="Account disabled", schema=AccountPayload
)
ACCOUNT_ENABLED = verbs.register("account.enabled", label="Account enabled", schema=AccountPayload)
ACCOUNT_UNLOCKED = verbs.register(
    "account.unlocked", label="Account unlocked", schema=AccountPayload
)
LOCKED_OUT = verbs.register(
    "account.locked_out", label="Locked out after wrong attempts", schema=AccountPayload
)
SIGNED_IN = verbs.register("account.signed_in", label="Signed in", schema=SignedInPayload)
PASSWORD_CHANGED = verbs.register(
    "account.password_changed", label="Password changed", schema=AccountPayload
)
FACTOR_ADDED = verbs.register(
    "account.factor_added", label="Second factor set up", schema=FactorPayload
)
FACTOR_REMOVED = verbs.register(
    "account.factor_removed", label="Second factor removed", schema=FactorPayload
)
FACTORS_RESET = verbs.register(
    "account.factors_reset", label="All second factors removed", schema=FactorsPayload
)
RECOVERY_CODES_MADE = verbs.register(
    "account.recovery_codes_made", label="New recovery codes made", schema=AccountPayload
)
