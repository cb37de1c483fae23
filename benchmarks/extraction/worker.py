"""One tool over the pages of one corpus, in a process of its own: any Python that has the tool, without the project.

    python worker.py TOOL PAGES RESULTS

PAGES holds pickled dicts, one a page; RESULTS gets JSON lines: `{"gives": fields}`, or `{"absent": why}` and no more;
then one a page, flushed, so that a crash loses its own page and those after it alone: what was read or `error`, `cpu`
in seconds and `memory`, the most so far in bytes. A page of no corpus is read before, untimed.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import resource
import signal
import socket
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

Page = dict[str, Any]
Reader = Callable[[Page], Any]
MEMORY_LIMIT = 4 << 30
PAGE_SECONDS = 30

# The date as a site may write it makes date libraries load all their languages.
_WARM_UP = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Công đoàn tổng kết năm học</title>
</head><body><ul><li><a href="/">Trang chủ</a></li><li><a href="/tin-tuc">Tin tức</a></li></ul>
<h1>Công đoàn tổng kết năm học</h1><span class="date">(Cập nhật: 09h15, ngày 5 tháng 6 năm 2021)</span>
<p>Tại hội nghị, các đại biểu nghe báo cáo về hoạt động của năm học và bàn nhiệm vụ của năm tới của nhà trường.</p>
<p>Công đoàn các trường thăm hỏi đoàn viên ốm đau, tặng quà học sinh nghèo, mở lớp bồi dưỡng cho giáo viên trẻ.</p>
<img src="/anh.jpg"><p class="caption">Toàn cảnh hội nghị</p><p class="author">Văn Đảm</p>
<h3>Tin khác</h3><ul><li><a href="/tin-tuc/2.html">Hội thi nấu ăn</a></li></ul></body></html>"""
WARM_UP: Page = {
    "url": "https://mau.example/tin-tuc/1.html",
    "html": _WARM_UP.encode(),
    "text": _WARM_UP,
    "language": "vi",
    "family": "wordpress",
    "captured": "2026-11-23T00:00:00+00:00",
    "headers": {},
    "overrides": {},
    "listed": None,
}


@dataclass(frozen=True)
class Tool:
    """`load` imports the tool and gives its reader: a page's dict with the fields `gives` and `body`, or None."""

    package: str
    gives: tuple[str, ...]
    load: Callable[[], Reader]


class TooLongError(BaseException):
    """A page took longer than it may; no tool's own handling of errors is to catch it."""


def archive(*, layouts: bool) -> Reader:
    extract = import_module("archive.extract").extract

    def read(page: Page) -> Any:
        known = {"family": page["family"], "overrides": page["overrides"]} if layouts else {}
        also = {name: page[name] for name in ("captured", "headers", "listed")}
        article = extract(page["html"], page["url"], **known, **also)
        if article is None:
            return None
        fields = {name: getattr(article, name) for name in ("title", "published", "author", "captions")}
        return fields | {"body": article.body}

    return read


def trafilatura(**options: bool) -> Reader:
    bare_extraction = import_module("trafilatura").bare_extraction

    def read(page: Page) -> Any:
        document = bare_extraction(page["text"], url=page["url"], include_comments=False, with_metadata=True, **options)
        if document is None:
            return None
        found = document if isinstance(document, dict) else document.as_dict()
        return {"title": found["title"], "published": found["date"], "author": found["author"], "body": found["text"]}

    return read


def readability() -> Reader:
    document_of = import_module("readability").Document
    text_of = import_module("html_text").extract_text

    def read(page: Page) -> Any:
        document = document_of(page["text"], url=page["url"])
        return {"title": document.short_title(), "body": text_of(document.summary(html_partial=True))}

    return read


def newspaper() -> Reader:
    article_of = import_module("newspaper").Article

    def read(page: Page) -> Any:
        told = {"language": page["language"]} if page["language"] else {}
        article = article_of(url=page["url"], fetch_images=False, **told)
        article.download(input_html=page["text"])
        article.parse()
        return {
            "title": article.title,
            "published": article.publish_date,
            "author": ", ".join(article.authors),
            "body": article.text,
        }

    return read


def goose() -> Reader:
    extract = import_module("goose3").Goose({"enable_image_fetching": False}).extract

    def read(page: Page) -> Any:
        article = extract(url=page["url"], raw_html=page["text"])
        return {
            "title": article.title,
            "published": article.publish_date,
            "author": ", ".join(article.authors),
            "body": article.cleaned_text,
        }

    return read


def justext() -> Reader:
    module = import_module("justext")
    vietnamese = module.get_stoplist("Vietnamese")
    any_language = {"stoplist": frozenset(), "stopwords_low": 0, "stopwords_high": 0}

    def read(page: Page) -> Any:
        options = {"stoplist": vietnamese} if page["language"] == "vi" else any_language
        paragraphs = module.justext(page["text"], **options)
        return {"body": "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)}

    return read


def boilerpy() -> Reader:
    extractor = import_module("boilerpy3.extractors").ArticleExtractor()

    def read(page: Page) -> Any:
        document = extractor.get_doc(page["text"])
        return {"title": document.title, "body": document.content}

    return read


def resiliparse() -> Reader:
    text_of = import_module("resiliparse.extract.html2text").extract_plain_text
    parse = import_module("resiliparse.parse.html").HTMLTree.parse

    def read(page: Page) -> Any:
        tree = parse(page["text"])
        return {"title": tree.title, "body": text_of(tree, main_content=True, alt_texts=False, links=False)}

    return read


def news_please() -> Reader:
    read_html = import_module("newsplease").NewsPlease.from_html

    def read(page: Page) -> Any:
        article = read_html(page["text"], url=page["url"], fetch_images=False)
        return {
            "title": article.title,
            "published": article.date_publish,
            "author": ", ".join(article.authors),
            "body": article.maintext,
        }

    return read


OURS, GENERIC = "this-project", "this-project-generic"
_ALL = ("title", "published", "author")
TOOLS = {
    OURS: Tool("", (*_ALL, "captions"), lambda: archive(layouts=True)),
    GENERIC: Tool("", (*_ALL, "captions"), lambda: archive(layouts=False)),
    "trafilatura-fast": Tool("trafilatura", _ALL, lambda: trafilatura(fast=True)),
    "trafilatura": Tool("trafilatura", _ALL, trafilatura),
    "trafilatura-precision": Tool("trafilatura", _ALL, lambda: trafilatura(favor_precision=True)),
    "readability-lxml": Tool("readability-lxml html-text", ("title",), readability),
    "newspaper4k": Tool("newspaper4k", _ALL, newspaper),
    "goose3": Tool("goose3", _ALL, goose),
    "justext": Tool("jusText", (), justext),
    "boilerpy3": Tool("boilerpy3", ("title",), boilerpy),
    "resiliparse": Tool("resiliparse", ("title",), resiliparse),
    "news-please": Tool("news-please", _ALL, news_please),
}


def main(name: str, pages_path: str, results_path: str) -> None:
    # The folder of this file, first on the path of a script, has modules whose names others may import.
    sys.path.pop(0)
    _bound()
    with open(results_path, "w", encoding="utf-8") as results:

        def tell(**line: Any) -> None:
            results.write(json.dumps(line) + "\n")
            results.flush()

        try:
            reader = TOOLS[name].load()
        except ImportError as error:
            if not TOOLS[name].package:
                raise
            tell(absent=str(error))
            return
        _read(reader, WARM_UP)
        tell(gives=TOOLS[name].gives, start=time.process_time())
        for page in _pages(pages_path):
            line, cpu = _read(reader, page)
            tell(**line, cpu=cpu, memory=_peak())


def _read(reader: Reader, page: Page) -> tuple[dict[str, Any], float]:
    """What a tool makes of one page, or its error, and the CPU seconds it took."""
    found, error = None, None
    signal.setitimer(signal.ITIMER_REAL, PAGE_SECONDS)
    started = time.process_time()
    try:
        found = reader(page)
    except (Exception, TooLongError) as raised:
        error = f"{type(raised).__name__}: {raised}"[:200]
    finally:
        cpu = time.process_time() - started
        signal.setitimer(signal.ITIMER_REAL, 0)
    if error:
        return {"error": error}, cpu
    return {field: _plain(value) for field, value in (found or {}).items()}, cpu


def _plain(value: Any) -> Any:
    """A list of captions and a text as they are, a date in ISO 8601."""
    if isinstance(value, list):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else value and str(value)


def _pages(path: str) -> Iterator[Page]:
    """One page at a time: the memory measured is the tool's, not the corpus'."""
    with open(path, "rb") as file:
        while True:
            try:
                yield pickle.load(file)
            except EOFError:
                return


def _bound() -> None:
    """One core, bounded memory and time, no network, nothing written to the terminal by the tool's own logs."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, _too_long)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    socket.socket.connect = _no_network  # type: ignore[method-assign]
    socket.getaddrinfo = _no_network  # type: ignore[assignment]


def _too_long(*_: object) -> None:
    raise TooLongError(f"more than {PAGE_SECONDS} seconds")


def _no_network(*_: object, **__: object) -> None:
    raise OSError("the benchmark has no network")


def _peak() -> int:
    """The most memory of this process; getrusage would count its parent's too, from before it was started."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(*sys.argv[1:])
