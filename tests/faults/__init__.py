"""Whole machines of Overt, as separate processes, and what happens when they are killed."""
