"""What accounts writes to the ledger.

An entry can never be removed, so it holds no more of a person than the account needs to be told
apart: neither the full name nor, of course, anything of the password.
"""

from pydantic import BaseModel, ConfigDict

from overt.ledger import verbs


class AccountCreatedPayload(BaseModel):
    model_config = ConfigDict(extra="forbid")

    username: str
    rank: str
    unit: str
    roles: list[str]


ACCOUNT_CREATED = verbs.register(
    "account.created", label="Account created", schema=AccountCreatedPayload
)
