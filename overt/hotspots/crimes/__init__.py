"""Police crime files: read, check, store, load again. Without Django."""
