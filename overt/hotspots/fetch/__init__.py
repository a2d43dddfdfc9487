"""Monthly files out of the archives of data.police.uk, by HTTP range requests. Pure, no Django."""
