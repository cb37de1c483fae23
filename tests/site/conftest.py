"""One archive and one site for all tests of this folder; neither is written to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from site_archive import Site, build, pages
from site_sources import publish_watched

from archive.publish import publish


@pytest.fixture(scope="session")
def archive_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("archive") / "archive.db", pages())


@pytest.fixture(scope="session")
def site_db(archive_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("site") / "union-news.db"
    publish(archive_db, path)
    return path


@pytest.fixture(scope="session")
def watched_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_watched(tmp_path_factory.mktemp("watched"))


@pytest.fixture(scope="session")
def site(site_db: Path) -> Iterator[Site]:
    served = Site(site_db)
    yield served
    served.close()
