"""Captures out as WARC, and in from WARC files of our own and of others."""
