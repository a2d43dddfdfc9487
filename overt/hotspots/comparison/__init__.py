"""Counts and rates by borough: area tables, their coverage, ranks and claims about them. Pure."""
