"""Who may read the ledger.

1. Reading takes an account that is in use.
2. Every role may read every entry: entries hold digests and figures, and nobody's name but
   that of the member of staff who acted.
"""

from overt.decisions import Decision


def may_read(*, is_active: bool) -> Decision:
    if not is_active:
        return Decision(False, "Sign in to read the ledger.", "ledger.account_in_use")
    return Decision(True, "Every member of staff may read the ledger.", "ledger.staff_read")
