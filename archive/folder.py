"""Where the data live: one folder, three databases, and what people decided."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The data folder and what is in it."""

    root: Path

    @classmethod
    def from_environment(cls) -> "DataFolder":
        """The folder UNION_ARCHIVE_DATA names, `data` by default."""
        return cls(Path(os.environ.get("UNION_ARCHIVE_DATA") or "data"))

    @property
    def crawl_db(self) -> Path:
        return self.root / "crawl.db"

    @property
    def archive_db(self) -> Path:
        return self.root / "archive.db"

    @property
    def site_db(self) -> Path:
        return self.root / "site" / "union-news.db"

    @property
    def decisions(self) -> Path:
        return self.root / "decisions"

    @property
    def lock(self) -> Path:
        return self.root / "run.lock"

    @property
    def settings(self) -> Path:
        return self.root / "settings.yml"

    @property
    def told(self) -> Path:
        return self.root / "told.json"
