"""Made-up captures for the rebuild's benchmark, any number of them, the same on every run.

Half are pages that the generic finder reads (benchmarks/portal.py), half pages of a known system (tests/sites/
big_pages.py); about 60 KB each with 2,500 characters of text, of 40 sites in turn. One in 25 is a later version.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from archive.capture import Capture
from archive.captures import CaptureStore
from archive.clock import moment
from archive.sources import Source
from benchmarks import portal
from tests.sites import big_pages
from tests.sites.generated import Made

SITES = 40
PARAGRAPHS = 8
EDITED_EVERY, EDITED_OF = 25, 20
"""Every so-manieth capture is a later version of the one so many before it."""
FIRST, BETWEEN = datetime(2012, 1, 1, tzinfo=UTC), timedelta(minutes=20)


def fill(crawl_db: Path, captures: int, progress: Callable[[int, int], None] | None = None) -> None:
    """Bring a file of captures, or a new one, to so many. Raises SystemExit when it has more."""
    with closing(CaptureStore(crawl_db)) as store:
        (there,) = store.connection.execute("SELECT count(*) FROM captures").fetchone()
        if there > captures:
            raise SystemExit(f"{crawl_db}: has {there} captures already; name another folder")
        for number in range(there, captures):
            store.put(capture(number))
            if progress:
                progress(number + 1, captures)


def capture(number: int) -> Capture:
    """The capture with this number, from 0."""
    edited = number % EDITED_EVERY == EDITED_EVERY - 1
    of = number - EDITED_OF if edited else number
    made = _generic(of, PARAGRAPHS + edited) if of % 2 else _known(of, PARAGRAPHS + edited)
    return replace(made, fetched=moment(FIRST + number * BETWEEN))


def _generic(number: int, paragraphs: int) -> Capture:
    return portal.capture(f"cong-{number % SITES}", number, paragraphs)


def _known(number: int, paragraphs: int) -> Capture:
    source, random = _source(number % SITES), Random(number)
    said = [portal.text(random) for _ in range(paragraphs)]
    article = Made(
        number=number,
        title=portal.title(source.id, number),
        lead=said[0],
        paragraphs=tuple(said[1:]),
        published=moment(FIRST + number * BETWEEN),
    )
    visit = big_pages.Visit(b"%06d" % random.randrange(1_000_000), random.randbytes(16).hex().encode(), b"08:30")
    url = source.site + big_pages.article_path(article)
    return Capture(source, url, url, "", big_pages.article_page(article).body(visit, _latest()), headers=_HEADERS)


_HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("Server", "nginx"), ("Cache-Control", "no-cache"))


@cache
def _source(site: int) -> Source:
    name = f"bao-{site}"
    return Source(id=name, name=name, family="mastercms", site=f"https://{name}.example.vn", listing=("/tin-tuc",))


@cache
def _latest() -> bytes:
    titles = (portal.title("bao", number) for number in range(8))
    return big_pages.latest_block([Made(number, title, "", (), None) for number, title in enumerate(titles)])
