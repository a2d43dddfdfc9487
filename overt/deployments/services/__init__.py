"""The verbs that change deployments, one module per part of their life."""
