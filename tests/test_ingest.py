"""capture → extract → annotate → store, without a network."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from archive import ingest
from archive.capture import Capture
from archive.captures import CaptureStore
from archive.sources import Source
from archive.store import Store

SOURCE = Source(
    id="a.b", name="Cổng huyện", family="listing", site="https://a.example.vn", listing=("/tin",), home="352"
)  # fmt: skip
PAGE = """<html><head><title>{title}</title></head><body><div class="khung"><h1>{title}</h1><i class="luc">{date}</i>
<div class="chu">{text}</div><div class="ky">{author}</div></div></body></html>"""


def capture(
    text: str = "Công đoàn các trường trong huyện tổng kết năm học 2022-2023.",
    *,
    title: str = "Công đoàn trường học nhìn lại một năm",
    date: str = "20/05/2023",
    author: str = "",
    source: Source = SOURCE,
    **more: str,
) -> Capture:
    body = PAGE.format(title=title, date=date, text=f"<p>{text}</p>", author=author)
    address = f"{source.site}/tin/mot"
    return replace(
        Capture(source, address, address, "2023-06-01T00:00:00.000+00:00", body.encode()),
        **more,  # type: ignore[arg-type]
    )


def test_an_article_is_read() -> None:
    article = ingest.read(capture()).article
    assert article is not None
    assert (article.published, article.published_from) == ("2023-05-20", "line")
    assert article.paragraphs == ["Công đoàn các trường trong huyện tổng kết năm học 2022-2023."]


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"", "empty page"), (b"%PDF-1.7", "not HTML"), (b"{}", "not HTML"), (b"<p>x</p>", "no article on the page")],
)
def test_what_is_no_article_has_a_named_reason(body: bytes, reason: str) -> None:
    reading = ingest.read(replace(capture(), body=body))
    assert reading.article is None
    assert reading.reason == reason


def test_keep_words_hold_without_accents() -> None:
    mixed = replace(SOURCE, keep=("Công đoàn", "LĐLĐ"))
    assert ingest.read(capture(source=mixed)).article
    other = capture("Nông dân trong huyện được mùa vải thiều.", title="Mùa vải thiều đầu tiên ở xã", source=mixed)
    assert ingest.read(other).reason == ingest.NO_KEEP_WORD
    plain = capture("CONG DOAN huyen to chuc hoi nghi.", title="Hoi nghi tong ket cuoi nam", source=mixed)
    assert ingest.read(plain).article


def test_a_record_may_name_single_selectors() -> None:
    own = replace(SOURCE, layout={"body": ".chu", "author": ".ky", "date": ".luc"})
    page = capture(author="Lan Chi", source=own)
    article = ingest.read(page).article
    assert article is not None
    assert (article.author, article.extractor) == ("Lan Chi", "layout record")
    assert article.published_from == "layout"


@pytest.mark.parametrize(
    ("shown", "listed", "published", "found_in"),
    [
        ("", "19/05/2023", "2023-05-19", "listing"),
        ("20/05/2023", "19/05/2023", "2023-05-20", "line"),
        ("20/05/2033", "19/05/2023", "2023-05-19", "listing"),
        ("", None, None, None),
        ("Năm học 2022-2023", None, None, None),
        ("20/05/1923", None, None, None),
    ],
)
def test_the_date_is_the_pages_else_the_listings_else_unknown(
    shown: str, listed: str | None, published: str | None, found_in: str | None
) -> None:
    article = ingest.read(replace(capture(date=shown), listed=listed)).article
    assert article is not None
    assert (article.published, article.published_from) == (published, found_in)


def test_build_takes_each_capture_once_and_remembers_what_it_refused(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as captures, closing(Store(tmp_path / "archive.db")) as store:
        captures.put(capture())
        captures.put(replace(capture(), body=b"%PDF", final_url=f"{SOURCE.site}/tin/hai", url=f"{SOURCE.site}/tin/hai"))
        seen: list[tuple[int, int]] = []
        assert ingest.build(captures, store, lambda *step: seen.append(step)) == {"new": 1, "refused": 1}
        assert seen == [(1, 2), (2, 2)]
        assert ingest.build(captures, store) == {}
        outcomes = {row[0] for row in store.connection.execute("SELECT outcome FROM ingested")}
        assert outcomes == {"article", "not HTML"}


def test_a_portal_that_never_says_the_district_is_its_own(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as captures, closing(Store(tmp_path / "archive.db")) as store:
        captures.put(capture())
        ingest.build(captures, store)
        place = store.connection.execute("SELECT code, role FROM article_places").fetchone()
        assert tuple(place) == ("352", "source")
