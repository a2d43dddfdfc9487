"""Days, weeks, warnings and feeds of deployments. Pure: no Django."""
