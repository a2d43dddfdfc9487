"""Which rules apply: policy profiles with their sources."""
