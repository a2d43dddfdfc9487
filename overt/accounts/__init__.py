"""Who may act: accounts, roles, sign-in."""
