"""The roles: names of the groups that accounts are put into."""

ANALYST = "analyst"
PLANNER = "planner"
LEGAL = "legal adviser"
AUTHORISING_OFFICER = "authorising officer"
OPERATOR = "operator"
AUDITOR = "auditor"

ALL = (ANALYST, PLANNER, LEGAL, AUTHORISING_OFFICER, OPERATOR, AUDITOR)

# Whose word puts cameras on a street: a password that was read over a shoulder must not be enough
# to support, authorise or run a deployment. The others prepare or read, and may use one too.
SECOND_FACTOR_REQUIRED = frozenset({LEGAL, AUTHORISING_OFFICER, OPERATOR})
