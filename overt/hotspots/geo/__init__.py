"""Positions and shapes: British National Grid in integer centimetres, without Django."""
