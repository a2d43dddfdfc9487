"""Reads of deployments."""
