"""The roles: names of the groups that accounts are put into."""

ANALYST = "analyst"
PLANNER = "planner"
LEGAL = "legal adviser"
AUTHORISING_OFFICER = "authorising officer"
OPERATOR = "operator"
AUDITOR = "auditor"

ALL = (ANALYST, PLANNER, LEGAL, AUTHORISING_OFFICER, OPERATOR, AUDITOR)
