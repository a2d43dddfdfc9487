"""What is made from an analysis record: GeoJSON, CSV, charts, maps. Plain values in and out."""
