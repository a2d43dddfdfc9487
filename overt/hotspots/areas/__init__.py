"""Boundaries, places and facts about areas: pure, without the database."""
