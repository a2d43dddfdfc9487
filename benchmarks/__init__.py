"""What `make bench` measures. Each module has `run(...) -> dict`."""
