"""The sample web: five small sites in the likeness of five Vietnamese publishing systems.

The real portals cannot be crawled from a test or a demonstration, so these stand in for them: real HTTP, the
markup the real systems are known by, and texts of our own whose titles, dates, places and school years are
known (`articles/*.yml` is page content and truth at once). `python -m tests.sites` serves them; tests use
`SampleWeb`.
"""

from tests.sites.server import SampleWeb

__all__ = ["SampleWeb"]
