"""Who may read the ledger.

1. Reading takes an account that is in use.
2. Every role may read every entry: entries hold digests and figures, and nobody's name but
   that of the member of staff who acted.
3. Checkpoints and public keys are for everyone, also without an account: they hold hashes and
   numbers, and are worth the more the more people keep them.
"""

from overt.decisions import Decision


def may_read(*, is_active: bool) -> Decision:
    if not is_active:
        return Decision(False, "Sign in to read the ledger.", "ledger.account_in_use")
    return Decision(True, "Every member of staff may read the ledger.", "ledger.staff_read")
