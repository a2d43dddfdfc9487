"""Pages of accounts: signing in, second factors, one's own account, everyone's."""
