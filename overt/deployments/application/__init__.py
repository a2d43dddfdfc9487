"""The application: its eleven tasks, what each lacks, its frozen document, its differences."""
