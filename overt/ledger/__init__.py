"""What was decided: one append-only, hash-chained table for every app."""
