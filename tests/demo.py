"""make demo: the sample web, crawled by the real spiders, built, published and served, in data/demo."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from tabulate import tabulate

from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.publish import publish
from archive.status import Status, status
from tests.sites.content import RECORDS
from tests.sites.server import FIXED_PORTS, SampleWeb

DATA = Path("data/demo")
BIN = Path(sys.executable).parent


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--serve", choices=["yes", "no"], default="yes")
    parser.add_argument("--port", default="8001")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        with SampleWeb(FIXED_PORTS) as web:
            environment = os.environ | web.environment()
            environment |= {"UNION_ARCHIVE_DATA": str(DATA), "UNION_ARCHIVE_SOURCES": str(RECORDS.parent)}
            harvest = subprocess.run(
                [BIN / "scrapy", "harvest"], env=environment, stdout=subprocess.DEVNULL, check=False
            )
            if harvest.returncode:
                return harvest.returncode
            folder = DataFolder(DATA)
            publish(folder.archive_db, folder.site_db, crawl_db=folder.crawl_db)
            print(table(status(folder.archive_db, folder.crawl_db), time.monotonic() - started))
            if options.serve == "no":
                return 0
            command = [BIN / "union-archive", "serve", "--port", options.port]
            return subprocess.run(command, env=environment, check=False).returncode
    except OSError as error:
        print(error.strerror, file=sys.stderr)
        return 1
    except ArchiveError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def table(found: Status, seconds: float) -> str:
    """The demo's result, a line a source and one for the whole."""
    rows: list[tuple[object, ...]] = [
        (source.id, source.pages, source.articles, source.districts, source.school_years, source.seconds)
        for source in found.sources
    ]
    pages = sum(source.pages or 0 for source in found.sources)
    rows.append(("all", pages, found.articles, found.districts, found.school_years, round(seconds, 1)))
    headers = ["source", "pages fetched", "articles", "districts", "school years", "seconds"]
    return tabulate(rows, headers=headers)


if __name__ == "__main__":
    sys.exit(main())
