"""The pages in Chromium, served by gunicorn and WhiteNoise as in use."""
