"""`manage.py demo`: a whole Overt on one machine, from nothing to a page with hotspots on it.

`material` says what is shown (the invented sample, or files given), `logins` who may log in,
`setup` loads it all through the same services as the commands and pages, and `processes` runs the
web server and the worker until they are told to stop.
"""
