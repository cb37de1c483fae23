"""Citations: what each format says, that a library of the format reads it back, and hostile titles."""

import json
import re
from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree as ET

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from site_archive import BINH_LUC_SOURCE, DAM_HA_SOURCE, Page, Site, article_id, build, text

from archive.publish import publish
from archive.site.cite import FORMATS, Citation, written
from archive.site.cite.citation import one_line
from archive.site.cite.tags import highwire, json_ld, sentence
from archive.site.messages import say

PLAIN = Citation(
    key="ha-nam.binh-luc-abc",
    title="Bình Lục tổng kết",
    author="Xuân Sơn",
    source="LĐLĐ huyện Bình Lục",
    url="https://binhluc.example/a?b=1&c=50%25_{x}",
    page="https://kho.example/bai/abc",
    archive="https://kho.example/bai/abc/ban-luu/1",
    published=date(2020, 8, 25),
    captured=date(2020, 8, 26),
)
HOSTILE = [
    "Ngoặc {mở} mà không đóng { và } đóng",
    r"Gạch \ngược \textbf{x} \\",
    "100 % & $5 #1 a_b ~ ^",
    '"Nháy", kép, phẩy = bằng',
    "@misc{khac, title = {x}}",
    "} , title = {chen",
    "=HYPERLINK(\"http://x.example\";\"bấm\")",
    "+84 gọi ngay",
    "</script><script>alert(1)</script>",
    "<!-- <b>đậm</b> & amp;",
    "TY  - JOUR",
    "ER  - ",
]  # fmt: skip
TWO_AUTHORS = "Xuân Sơn and Hà, Thu"
UNDATED = "https://binhluc.example/khong-ngay"
CHANGED = "https://binhluc.example/hai-ban"


def pages() -> Iterator[Page]:
    for place, title in enumerate(HOSTILE):
        yield (
            f"https://damha.example/{place}",
            DAM_HA_SOURCE,
            text(title, "chữ", published="2020-01-02", author=TWO_AUTHORS),
            [],
            [],
            "2020-01-03T03:00:00+00:00",
        )
    yield (UNDATED, BINH_LUC_SOURCE, text("Không ngày", "chữ"), [], [], "2021-05-01T03:00:00+00:00")
    for day, title in (("02", "Bản một"), ("09", "Bản hai")):
        article = text(title, f"chữ {day}", published="2022-07-01")
        yield (CHANGED, BINH_LUC_SOURCE, article, [], [], f"2022-07-{day}T20:00:00+00:00")
    yield ("javascript:alert(2)", BINH_LUC_SOURCE, text("Địa chỉ lạ", "chữ"), [], [], "2021-05-02T03:00:00+00:00")


@pytest.fixture(scope="module")
def cited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("cited")
    publish(build(folder / "archive.db", pages()), folder / "union-news.db")
    site = Site(folder / "union-news.db")
    yield site
    site.close()


def entries(bib: str) -> dict[str, dict[str, str]]:
    """Key → fields, read by bibtexparser and its decoder of LaTeX."""
    bib = bib.replace(r"\textbraceleft{}", r"\{").replace(r"\textbraceright{}", r"\}")  # which the decoder lacks
    library = bibtexparser.parse_string(bib, append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    return {entry.key: {field.key: field.value for field in entry.fields} for entry in library.entries}


@pytest.mark.parametrize("title", HOSTILE)
def test_the_braces_of_an_entry_come_in_pairs(title: str) -> None:
    """BibTeX itself counts them, whatever stands before."""
    bib = written([Citation(**{**as_dict(PLAIN), "title": one_line(title), "author": one_line(title)})], "bib")
    depth = 0
    for line in bib.splitlines():
        depth += line.count("{") - line.count("}")
        assert depth == (0 if line == "}" else 1)


def test_bibtex_of_one() -> None:
    bib = written([PLAIN], "bib")
    assert "  author = {{Xuân Sơn}},\n" in bib
    (fields,) = entries(bib).values()
    assert (fields["year"], fields["month"], fields["day"]) == ("2020", "8", "25")
    assert (fields["urldate"], fields["language"]) == ("2020-08-26", "vi")
    assert "https://kho.example/bai/abc/ban-luu/1" in fields["note"]
    assert "  url = {https://binhluc.example/a?b=1&c=50%25_%7Bx%7D},\n" in bib


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_survives_bibtex(title: str) -> None:
    other = Citation(**{**as_dict(PLAIN), "key": "b", "title": one_line(title), "author": one_line(title)})
    found = entries(written([PLAIN, other, PLAIN_LAST], "bib"))
    assert list(found) == [PLAIN.key, "b", PLAIN_LAST.key]
    assert spaceless(found["b"]["title"]) == spaceless(title)
    assert spaceless(found["b"]["author"]) == spaceless(title)


def spaceless(text: str) -> str:
    """Without white space, which LaTeX drops behind a command, and with the decoder's circumflex as it was typed."""
    return re.sub(r"\s", "", text).replace("ˆ", "^")


def as_dict(citation: Citation) -> dict[str, object]:
    return {name: getattr(citation, name) for name in citation.__dataclass_fields__}


PLAIN_LAST = Citation(**{**as_dict(PLAIN), "key": "last"})


def test_undated_has_no_year_in_any_format() -> None:
    undated = Citation(**{**as_dict(PLAIN), "published": None})
    (fields,) = entries(written([undated], "bib")).values()
    assert not {"year", "month", "day", "date"} & set(fields)
    assert fields["note"].startswith("Không rõ ngày đăng. Bản lưu:")
    (record,) = rispy.loads(written([undated], "ris"))
    assert not {"year", "date", "publication_year"} & set(record)
    assert "Không rõ ngày đăng" in record["notes"]
    item = json.loads(written([undated], "csl.json"))
    assert "issued" not in item
    assert item["note"] == "Không rõ ngày đăng"
    assert not [name for name, _ in highwire(undated) if name.endswith("_date")]
    assert "datePublished" not in json.loads(json_ld(undated))
    assert sentence(undated, say).startswith("Xuân Sơn (không rõ ngày). “Bình Lục tổng kết”.")


def test_ris_of_one() -> None:
    ris = written([PLAIN], "ris")
    assert ris.startswith("TY  - NEWS\r\n")
    (record,) = rispy.loads(ris)
    assert record["authors"] == ["Xuân Sơn"]
    assert (record["year"], record["date"]) == ("2020", "2020/08/25")
    assert record["urls"] == [PLAIN.url]
    assert record["notes"] == ["Bản lưu: https://kho.example/bai/abc/ban-luu/1"]
    assert record["language"] == "vi"


def test_csl_of_one() -> None:
    item = json.loads(written([PLAIN], "csl.json"))
    assert {"id", "type"} <= set(item)  # what csl-data.json requires
    assert item["author"] == [{"literal": "Xuân Sơn"}]
    assert item["issued"] == {"date-parts": [[2020, 8, 25]]}
    assert item["accessed"] == {"date-parts": [[2020, 8, 26]]}
    assert (item["archive_location"], item["URL"]) == (PLAIN.archive, PLAIN.url)


def test_one_line_of_text() -> None:
    assert sentence(PLAIN, say) == (
        "Xuân Sơn (25/08/2020). “Bình Lục tổng kết”. LĐLĐ huyện Bình Lục. "
        f"{PLAIN.url} Bản lưu ngày 26/08/2020: https://kho.example/bai/abc/ban-luu/1"
    )
    nobody = Citation(**{**as_dict(PLAIN), "author": None})
    assert sentence(nobody, say).startswith("“Bình Lục tổng kết” (25/08/2020). LĐLĐ")


def test_a_text_is_one_line() -> None:
    assert one_line(" a\r\nb\tc\x00 d\u2028e ") == "a b c d e"


@pytest.mark.parametrize("name", list(FORMATS))
@pytest.mark.parametrize("path", ["/bai/{}", "/bai/{}/ban-luu/1"])
def test_files_of_an_article(cited: Site, path: str, name: str) -> None:
    response = cited.get(f"{path.format(article_id(UNDATED))}.{name}")
    assert response.status_code == 200
    assert response.headers["content-type"] == FORMATS[name].content_type
    assert response.headers["content-disposition"].endswith(f'.{name}"')
    assert "https://binhluc.example/khong-ngay" in response.text
    assert f"/bai/{article_id(UNDATED)}/ban-luu/1" in response.text


def test_a_file_of_no_article_is_404(cited: Site) -> None:
    for path in ("/bai/khong-co.bib", f"/bai/{article_id(CHANGED)}/ban-luu/9.ris"):
        assert cited.get(path).status_code == 404


def test_keys_are_unique_and_keep(cited: Site) -> None:
    found = entries(cited.get("/tim-kiem.bib").text)
    assert len(found) == len(HOSTILE) + 3
    key = f"ha-nam.binh-luc-{article_id(CHANGED)}"
    assert key in found
    assert list(entries(cited.get(f"/bai/{article_id(CHANGED)}.bib").text)) == [key]
    assert list(entries(cited.get(f"/bai/{article_id(CHANGED)}/ban-luu/1.bib").text)) == [f"{key}-1"]


def test_a_version_is_cited_as_it_was(cited: Site) -> None:
    path = f"/bai/{article_id(CHANGED)}"
    (newest,) = cited.json(f"{path}.csl.json")
    (first,) = cited.json(f"{path}/ban-luu/1.csl.json")
    assert (newest["title"], first["title"]) == ("Bản hai", "Bản một")
    assert newest["archive_location"].endswith(f"{path}/ban-luu/2")
    assert first["archive_location"].endswith(f"{path}/ban-luu/1")
    assert first["accessed"] == {"date-parts": [[2022, 7, 3]]}  # 20:00 UTC is the next day in Vietnam
    (of_list,) = [item for item in cited.json("/tim-kiem.csl.json") if item["id"] == newest["id"]]
    assert of_list == newest


def test_an_address_no_browser_may_follow_is_not_cited(cited: Site) -> None:
    for name in FORMATS:
        assert "javascript:" not in cited.get(f"/bai/{article_id('javascript:alert(2)')}.{name}").text


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_tags_in_the_head(cited: Site, place: int) -> None:
    page = cited.get(f"/bai/{article_id(f'https://damha.example/{place}')}").text
    head = page[: page.index("</head>")]
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', head)
    assert not set("<>&") & set(block)
    data = json.loads(block)
    assert data["headline"] == one_line(HOSTILE[place])
    assert data["author"] == TWO_AUTHORS
    assert data["archivedAt"].endswith("/ban-luu/1")
    metas = re.findall(r"<meta name=\"citation_[^>]*>", head)
    tags = {tag.get("name"): tag.get("content") for tag in map(ET.fromstring, (f"{meta[:-1]}/>" for meta in metas))}
    assert tags["citation_title"] == one_line(HOSTILE[place])
    assert tags["citation_author"] == TWO_AUTHORS
    assert tags["citation_publication_date"] == "2020/01/02"
    assert page.count("<script") == 1


def test_how_to_cite_stands_on_the_page(cited: Site) -> None:
    path = f"/bai/{article_id(UNDATED)}"
    page = cited.get(path).text
    assert "“Không ngày” (không rõ ngày). LĐLĐ huyện Bình Lục." in page
    assert f'<a href="{path}.bib">BibTeX</a>' in page
    assert f'<a href="{path}/ban-luu/1.ris">RIS</a>' in cited.get(f"{path}/ban-luu/1").text
    assert "(no date)" in cited.get(path, lang="en").text
