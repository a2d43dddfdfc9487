"""The place of a deployment: reading it, checking it, what it rests on, signs around it. Pure."""
