"""The sections of a policy profile: `analysis` for hotspots, `deployments` for the rest."""
