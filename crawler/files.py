"""The files an article's page links (PDF, DOC; images where the record says so), fetched under the same guard."""

from collections.abc import Iterable
from dataclasses import dataclass

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http.request import NO_CALLBACK

from archive.addresses import canonical
from archive.capture import Capture
from archive.extract.blocks import is_document
from crawler.capturing import to_capture
from crawler.failures import Stopped, cause
from crawler.frontier import Frontier
from crawler.items import ArticleItem
from crawler.report import count

FILES_A_PAGE = 20
_NO_FILE = (b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a page: all that are there, how many were fetched now, whether none is missing for now."""

    captures: tuple[Capture, ...] = ()
    fetched: int = 0
    complete: bool = True


async def linked_files(crawler: Crawler, frontier: Frontier, item: ArticleItem) -> Files:
    """The files an article links, fetched where they were not before."""
    found: list[Capture] = []
    fetched, complete = 0, True
    for url in wanted(item):
        if known := frontier.captures.file_at(url, item.origin.source):
            found.append(known)
        elif frontier.wants_file(url):
            capture, reason = await _fetch(crawler, url, item)
            if capture:
                found.append(capture)
                fetched += 1
            else:
                complete = not frontier.file_failed(url, reason) and complete
                count(crawler, "refused", f"file: {reason}")
    return Files(tuple(found), fetched, complete)


def wanted(item: ArticleItem) -> list[str]:
    """The addresses of an article's files, each once, in the order of the page."""
    article = item.read.article
    assert article is not None
    links: Iterable[str] = (link.url for link in article.links if is_document(link))
    images = article.images if item.origin.source.media else []
    return list(dict.fromkeys(canonical(url, item.origin.source) for url in [*links, *images]))[:FILES_A_PAGE]


async def _fetch(crawler: Crawler, url: str, item: ArticleItem) -> tuple[Capture | None, str]:
    # Files often lie on a media host of their own; the guard and robots.txt hold there too.
    request = Request(url, callback=NO_CALLBACK, meta={"allow_offsite": True}, headers={"Referer": item.url})
    try:
        response = await crawler.engine.download_async(request)
    except Stopped:
        raise
    except Exception as error:  # whatever a download may raise; a page is not lost for its file
        return None, cause(error)
    if response.status != 200:
        return None, f"HTTP {response.status}"
    if not response.body or response.body[:64].lstrip().lower().startswith(_NO_FILE):
        return None, "a web page instead"
    return to_capture(response, item.origin.source, url), ""
