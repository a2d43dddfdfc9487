"""A stand-in for a force's recognition system, for trying Overt out and for its tests.

It asks for permits and runs only under them, and it sends numbers that it draws: it has no camera,
sees nobody and recognises nobody. A process of its own, over real HTTP. No Django.
"""
