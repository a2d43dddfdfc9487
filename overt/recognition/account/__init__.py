"""The account of a session: what was counted, what does not agree, what is published.

Pure: plain values in, plain values out. No Django, no clock, no policy number: each limit is passed
in from the profile that the deployment pinned.
"""
