"""The verbs of accounts: people, their second factors, their signing in."""

from .factors import (
    FactorRefused,
    record_factor_added,
    record_recovery_codes_made,
    remove_factor,
    reset_factors,
    set_up_totp,
    use_code,
)
from .people import (
    AccountRefused,
    change_account,
    change_password,
    create_account,
    disable_account,
    enable_account,
)
from .signing_in import record_lockout, record_sign_in, unlock_account

__all__ = [
    "AccountRefused",
    "FactorRefused",
    "change_account",
    "change_password",
    "create_account",
    "disable_account",
    "enable_account",
    "record_factor_added",
    "record_lockout",
    "record_recovery_codes_made",
    "record_sign_in",
    "remove_factor",
    "reset_factors",
    "set_up_totp",
    "unlock_account",
    "use_code",
]
