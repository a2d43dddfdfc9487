"""Deployments: application, legal review, authority, signs, notice and calendar."""
