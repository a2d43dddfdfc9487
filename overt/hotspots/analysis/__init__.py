"""The hotspot method: grid, quartile, rise, stability, siting, and the record. Without Django."""
