"""Publishing an archive of made-up articles: articles a second of a processor, bytes an article.

    python -m benchmarks.publish [--articles 20000] [--rounds 3] [--keep DIR] [--json FILE]

The archive.db is that of benchmarks/search, which can go on with the folder that is kept. The check of the new file is
part of a publication. The stories of the articles are known before, as they are on a machine that publishes every day.
"""

import argparse
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from tabulate import tabulate

from archive.publish import publish
from benchmarks.rows import Row, alone, write
from benchmarks.search.archive_file import write_archive


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000, help="made-up articles")
    parser.add_argument("--rounds", type=int, default=3, help="publications")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep the files here, and use an archive.db that is there"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    options = parser.parse_args()
    with nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory() as folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        rows = measure(Path(folder), options.articles, options.rounds)
    print(tabulate([(row.name, row.ours, row.unit) for row in rows], floatfmt=",.0f"))
    if options.json:
        write(options.json, rows, {})


def measure(folder: Path, articles: int, rounds: int) -> list[Row]:
    """Publish the archive of this folder, made where it is missing, several times."""
    archive_db, site_db = folder / "archive.db", folder / "site" / "union-news.db"
    if not archive_db.exists():
        write_archive(archive_db, articles)
    speeds, processor_speeds = [], []
    for _ in range(rounds):
        started = time.process_time()
        published = publish(archive_db, site_db)
        processor_speeds.append(published.articles / (time.process_time() - started))
        speeds.append(published.articles / published.seconds)
    what = f"publish, {published.articles:,} articles"
    return [
        alone(what, "articles/s", speeds),
        alone(what, "articles/s of processor time", processor_speeds),
        Row(what, "bytes an article of union-news.db", published.bytes / published.articles),
        Row(what, "bytes an article of archive.db", archive_db.stat().st_size / published.articles),
    ]


if __name__ == "__main__":
    main()
