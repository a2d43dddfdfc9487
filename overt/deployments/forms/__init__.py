"""The forms of the application: one per task, each from and to the data of its task."""
