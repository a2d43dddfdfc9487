"""Crime files from the archives of data.police.uk, boundaries from ArcGIS. Pure, no Django."""
