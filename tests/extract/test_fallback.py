"""trafilatura reads a page only where neither layout nor sentences were found, and its reading says so."""

from collections.abc import Iterator
from typing import Any

import pytest
import trafilatura

from archive import extract as package
from archive.extract.article import Article
from archive.extract.fallback import by_trafilatura
from archive.extract.phrases import bare
from tests.extract.small_pages import (
    ADDRESS,
    CAPTION,
    FIRST,
    FOURTH,
    LEAD,
    OTHER,
    PICTURE,
    SECOND,
    THIRD,
    TITLE,
    maybe,
    p,
    page,
    read,
)

ALL = [FIRST, SECOND, THIRD]
SLOGAN = "Cổng đoàn viên, mỗi ngày một niềm vui"
READING = {"text": "\n".join([TITLE, *ALL, "Tin khác", OTHER])}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What trafilatura is asked to read; it gives READING."""
    pages: list[str] = []

    def read_page(html: str, **options: Any) -> dict[str, str]:
        assert options["include_comments"] is options["with_metadata"] is False
        pages.append(html)
        return READING

    monkeypatch.setattr(trafilatura, "bare_extraction", read_page)
    yield pages


@pytest.mark.parametrize(
    "html",
    [
        page(p(*ALL)),
        page(p(FIRST)),
        page(f"{FIRST}<br><br>{SECOND}"),
        page(p("Đại hội họp vào chiều thứ sáu tuần này.")),
        page(p("Ngắn."), above=f"<p>{LEAD}</p>"),
        page(PICTURE),
        page('<a href="/12.pdf">Kế hoạch</a>'),
        page(f"<figure>{PICTURE}<figcaption>{CAPTION}</figcaption></figure>{p(FIRST)}"),
        page(p(*ALL), title="Liên hệ"),
        "<html></html>",
    ],
)
def test_it_is_not_asked_where_a_sentence_was_found(html: str, asked: list[str]) -> None:
    article = maybe(html)
    assert asked == []
    assert article is None or article.extractor == "generic"


def test_it_is_not_asked_where_a_layout_was_found(asked: list[str]) -> None:
    html = page('<div class="entry-content"><p>Nghỉ Tết.</p></div>').replace("<h1", '<h1 class="entry-title"')
    article = read(html, family="wordpress")
    assert (article.extractor, article.body, asked) == ("layout wordpress/1", "Nghỉ Tết.", [])


@pytest.mark.parametrize("inside", ["", "<p>Một hai.</p>", "<p><a href='/1'>" + OTHER + "</a></p>"])
def test_it_is_named_where_nothing_was_found(inside: str, asked: list[str]) -> None:
    article = read(page(inside))
    assert len(asked) == 1
    assert (article.extractor, article.title, article.paragraphs) == ("trafilatura", TITLE, ALL)
    assert (article.author, article.captions, article.published) == (None, [], None)


def test_dates_and_authors_of_the_page_are_told_beside_its_reading(asked: list[str]) -> None:
    data = '{"datePublished": "2020-05-12", "author": {"@type": "Person", "name": "Hà Vân"}}'
    article = read(page("", head=f'<script type="application/ld+json">{data}</script>'))
    assert (article.extractor, article.published, article.author) == ("trafilatura", "2020-05-12", "Hà Vân")


def test_without_a_declared_title_it_is_not_asked(asked: list[str]) -> None:
    assert maybe(f"<body><h1>{TITLE}</h1></body>") is None
    assert asked == []


@pytest.mark.parametrize("text", ["", "Một hai ba.", None])
def test_a_reading_shorter_than_a_text_is_none(text: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trafilatura, "bare_extraction", lambda *_, **__: {"text": text})
    assert maybe(page("")) is None
    monkeypatch.setattr(trafilatura, "bare_extraction", lambda *_, **__: None)
    assert maybe(page("")) is None


def test_title_furniture_and_tails_are_taken_out_of_its_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [TITLE.upper(), FIRST, SLOGAN, "", SECOND, f"  {SLOGAN.upper()}!  ", "Tin khác:", OTHER, THIRD]
    monkeypatch.setattr(trafilatura, "bare_extraction", lambda *_, **__: {"text": "\n".join(lines)})
    article = by_trafilatura("", ADDRESS, TITLE, {bare(SLOGAN)})
    assert article == Article(title=TITLE, paragraphs=[FIRST, SECOND], extractor="trafilatura")


def test_its_true_reading_of_a_page() -> None:
    article = by_trafilatura(page(p(*ALL, FOURTH)), ADDRESS, TITLE, ())
    assert article is not None
    assert article.paragraphs == [*ALL, FOURTH]
    assert by_trafilatura("", ADDRESS, TITLE, ()) is None


# ---- furniture


@pytest.mark.parametrize("line", [SLOGAN, SLOGAN.upper(), f"» {SLOGAN}!", SLOGAN.replace("ỗ", "ô\u0303")])
@pytest.mark.parametrize("where", ["inside", "above", "below"])
def test_a_decided_line_is_dropped_wherever_it_stands(line: str, where: str) -> None:
    frame: dict[str, str] = {where: f"<p><b>{line}</b></p>"} if where != "inside" else {}
    inside = p(FIRST, line, SECOND, THIRD) if where == "inside" else p(*ALL)
    article = read(page(inside, **frame), furniture={bare(SLOGAN)})
    assert article.body == "\n\n".join(ALL)


def test_a_decided_line_is_dropped_by_a_layout_too() -> None:
    html = page(f'<div class="entry-content">{p(SLOGAN, *ALL)}</div>').replace("<h1", '<h1 class="entry-title"')
    assert read(html, family="wordpress").paragraphs == [SLOGAN, *ALL]
    assert read(html, family="wordpress", furniture={bare(SLOGAN)}).paragraphs == ALL


@pytest.mark.parametrize("line", [f"{SLOGAN} hơn", "Cổng đoàn viên", f"{FIRST} {SLOGAN}"])
def test_only_the_whole_line_is_dropped(line: str) -> None:
    assert line in read(page(p(FIRST, line, SECOND)), furniture={bare(SLOGAN)}).paragraphs


def test_the_page_that_is_furniture_alone_is_none() -> None:
    assert maybe(page(p(FIRST)), furniture={bare(FIRST)}) is None


def test_the_package_names_what_it_gives() -> None:
    assert set(package.__all__) == {"Article", "Link", "extract"}
