"""The public register: what was announced, for everyone, without an account. Read only."""
