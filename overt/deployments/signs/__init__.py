"""Signs after submission: how they stand, where someone stood, and how one is printed. Pure."""
