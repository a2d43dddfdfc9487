"""Crime data, hotspot analyses, borough comparison, maps."""
