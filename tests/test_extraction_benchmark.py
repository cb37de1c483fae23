"""The extraction benchmark: its figures against examples worked by hand, its loaders, its processes."""

import gzip
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from benchmarks.extraction.__main__ import main
from benchmarks.extraction.corpora import CorpusError, folder_of, golden_pages
from benchmarks.extraction.metrics import Truth, body_score, page_score, shingles, summary
from benchmarks.extraction.recorded import SHARED, shared_corpora

TITLE = "Công đoàn Sông Mẫu trồng 500 cây xanh"
BODY = [
    "Sáng chủ nhật, hơn một trăm đoàn viên của mười hai trường học ở xã Sông Mẫu đã ra đồng trồng cây chắn sóng.",
    "Cây giống do ban phụ huynh góp, công trồng do đoàn viên bỏ ra, mỗi trường nhận chăm một đoạn đê dài hai trăm mét.",
    "Theo kế hoạch, đến cuối năm cả tuyến đê sẽ được phủ xanh và có ghế đá cho người đi bộ nghỉ chân.",
]
CAPTION = "Đoàn viên trồng cây trên đê"
FURNITURE = "Trường Hoa Mẫu mở hội sách mùa xuân"
TRUTH = {
    "file": "1.html",
    "url": "https://mau.example/tin/1.html",
    "title": TITLE,
    "published": "2022-03-06",
    "author": "Văn Mẫu",
    "body": BODY,
    "captions": [CAPTION],
    "boilerplate_samples": [FURNITURE],
    "optional": ["Văn Mẫu"],
}
HTML = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE}</title></head><body>
<ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/lien-he">Liên hệ</a></li></ul>
<div class="detail"><h1>{TITLE}</h1><span class="date">Chủ nhật, 06/03/2022 08:00</span>
<p>{BODY[0]}</p><figure><img src="/cay.jpg"><figcaption>{CAPTION}</figcaption></figure><p>{BODY[1]}</p><p>{BODY[2]}</p>
<p style="text-align: right"><strong>Văn Mẫu</strong></p></div>
<h3>Tin khác</h3><ul><li><a href="/tin/2.html">{FURNITURE}</a></li></ul></body></html>"""
FULL = {"title": TITLE, "published": "2022-03-06", "author": "Văn Mẫu", "captions": [CAPTION], "body": "\n".join(BODY)}
GIVES = ("title", "published", "author", "captions")
PEER = """
import os
class Article: title, publish_date, authors, cleaned_text = "T", None, [], "một hai ba bốn"
class Goose:
    def __init__(self, config): pass
    def extract(self, url, raw_html):
        if "2.html" in url: raise ValueError("no article")
        if "3.html" in url: os.abort()
        return Article()
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "mau"
    folder.mkdir()
    names = ("1.html", "2.html", "3.html", "4.html")
    for name in names:
        (folder / name).write_text(HTML, "utf-8")
    lines = [json.dumps(TRUTH | {"file": name, "url": f"https://mau.example/tin/{name}"}) for name in names]
    (folder / "truth.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["--rounds", "1", *map(str, arguments)])


def python_with(folder: Path, peer: str = "") -> Path:
    """An interpreter without any package, but for a goose3 of these words."""
    folder.mkdir()
    if peer:
        (folder / "goose3.py").write_text(peer, "utf-8")
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={folder} exec {sys.executable} -S "$@"\n', "utf-8")
    program.chmod(0o755)
    return program


def score(found: dict[str, Any] | None, gives: tuple[str, ...] = GIVES, **truth: Any) -> dict[str, float]:
    told = {"body": tuple(BODY), "title": TITLE, "published": "2022-03-06", "bylines": ("Văn Mẫu",)}
    beside = {"captions": (CAPTION,), "furniture": (FURNITURE,), "optional": ("Văn Mẫu",)}
    return page_score(Truth(**(told | beside | truth)), found, gives)


def test_shingles_are_runs_of_four_words_and_a_shorter_text_is_one() -> None:
    assert shingles("a b, c d e") == {("a", "b", "c", "d"): 1, ("b", "c", "d", "e"): 1}
    assert shingles("a b") == {("a", "b"): 1}
    assert not shingles(" – ")


def test_one_run_of_two_is_right() -> None:
    assert body_score("a b c d e", "a b c d x") == pytest.approx({"precision": 0.5, "recall": 0.5})
    # Seven words of truth are four runs, two of them found, and none too many.
    assert body_score("a b c d e f g", "a b c d e") == pytest.approx({"precision": 1, "recall": 0.5})


def test_f1_is_that_of_mean_precision_and_mean_recall() -> None:
    """As scrapinghub's benchmark has it: an empty prediction has no precision, but a recall of zero."""
    scores = [body_score("a b c d e f g", "a b c d e"), body_score("a b c d", "")]
    assert scores[1] == {"recall": 0}
    figures = summary(scores)
    assert (figures["precision"], figures["recall"], figures["f1"]) == pytest.approx((1, 0.25, 0.4))
    assert figures["title"] is None


def test_a_whole_article_is_right_in_everything() -> None:
    wrong = {"lost": 0, "furniture": 0, "captions_in_body": 0}
    right = dict.fromkeys(("precision", "recall", "captions_returned", "title", "byline", "date"), 1)
    assert score(FULL) == wrong | right
    decomposed = {name: unicodedata.normalize("NFD", text) for name, text in FULL.items() if isinstance(text, str)}
    assert score(FULL | decomposed) == wrong | right


def test_what_is_wrong_is_counted() -> None:
    found = score({"body": "\n".join([*BODY[:2], CAPTION, "Văn Mẫu", FURNITURE]), "title": f"{TITLE} | Trang mẫu"})
    assert {name for name in ("lost", "furniture", "captions_in_body") if found[name]} == set(found) & {
        "lost",
        "furniture",
        "captions_in_body",
    }
    assert [found[name] for name in ("title", "byline", "date", "captions_returned")] == [0, 0, 0, 0]
    assert 0 < found["precision"] < 1


def test_optional_lines_are_neither_required_nor_wrong() -> None:
    assert score(FULL | {"body": "\n".join([*BODY, "Văn Mẫu"])})["precision"] == 1
    # A line of the article is required, also where the same words may stand elsewhere.
    assert score(FULL, optional=(BODY[0],))["recall"] == 1


def test_no_figure_without_truth_or_without_the_tool_giving_it() -> None:
    assert set(score(FULL, gives=())) == {"precision", "recall", "lost", "furniture", "captions_in_body"}
    bare = page_score(Truth(body=tuple(BODY)), FULL, GIVES)
    assert set(bare) == {"precision", "recall", "lost"}
    assert score({"body": "chữ trong ảnh"}, gives=(), body=(), captions=(), furniture=None) == {}


def test_a_date_and_a_name_where_the_page_has_none_are_wrong() -> None:
    undated = score(FULL, published="", bylines=("",))
    assert (undated["date_invented"], undated["byline"]) == (1, 0)
    assert "date" not in undated
    nothing = score(None, published="", bylines=("",))
    assert (nothing["date_invented"], nothing["byline"], nothing["recall"], nothing["title"]) == (0, 1, 0, 0)


def test_a_told_folder_is_read(corpus: Path) -> None:
    (corpus / "truth.jsonl").write_text(json.dumps(TRUTH | {"date_scored": False, "author": None}), "utf-8")
    (page,) = folder_of(corpus).pages
    assert page.truth.body == tuple(BODY)
    assert (page.truth.published, page.truth.bylines) == (None, ("",))
    assert page.given()["text"] == HTML


def test_a_scrapinghub_checkout_is_read(tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "a.html.gz").write_bytes(gzip.compress(HTML.encode()))
    (tmp_path / "ground-truth.json").write_text(
        json.dumps({"a": {"articleBody": "A\n\nB", "url": "https://a.example"}})
    )
    (page,) = folder_of(tmp_path).pages
    assert page.truth == Truth(body=("A", "B"), verbatim=True)
    assert (page.language, page.html) == (None, HTML.encode())
    (tmp_path / "html" / "a.html.gz").write_bytes(b"cut")
    with pytest.raises(CorpusError, match="is the checkout whole"):
        folder_of(tmp_path)


def test_golden_pages_tell_their_furniture(tmp_path: Path) -> None:
    article: dict[str, Any] = {
        "title": TITLE,
        "lead": BODY[0],
        "paragraphs": BODY[1:],
        "published": "2022-03-06",
        "author": "Văn Mẫu",
    }
    article |= {"credit": None, "captions": [CAPTION], "tables": [], "links": []}
    record: dict[str, Any] = {
        "url": "https://mau.example/1",
        "captured": "2026-11-23T00:00:00+00:00",
        "headers": {},
        "listed": None,
    }
    record |= {"family": "listing", "layout": {}, "reviewed": True}
    unread = {"article": article, "reviewed": False}
    for name, fields in (("bai", {"article": article}), ("muc-luc", {"article": None}), ("moi", unread)):
        (tmp_path / f"{name}.json").write_text(json.dumps(record | fields), "utf-8")
        (tmp_path / f"{name}.html").write_text(HTML, "utf-8")
    corpus = golden_pages(tmp_path)
    (page,) = corpus.pages
    assert corpus.note == "2 without an article or not reviewed left out"
    # The menu's words are too few, the date is the article's.
    assert page.truth.furniture == (FURNITURE,)
    assert (page.truth.body, page.truth.bylines, page.family) == (tuple(BODY), ("Văn Mẫu",), "listing")


def test_recorded_sites_have_the_truth_of_their_manifest(tmp_path: Path) -> None:
    site = tmp_path / "replay" / "wordpress-mau"
    site.mkdir(parents=True)
    (site / "INDEX.tsv").write_text(
        "/\t200\ttext/html\tindex.body\n/2022/03/06/cay/\t200\ttext/html\tcay.body\n", encoding="utf-8"
    )
    (site / "cay.body").write_text(HTML, "utf-8")
    (site / "cay.headers").write_text("HTTP/1.1 200 OK\nContent-Type: text/html\n", "utf-8")
    entry = {
        "title": TITLE,
        "published": "2022-03-06 08:00:00",
        "paragraphs": [*BODY, "Đoạn này chỉ có trong bản quét."],
    }
    others = [{"title": FURNITURE, "paragraphs": []}, {"title": TITLE, "paragraphs": ["Bài trùng tên."]}]
    (site / "manifest.json").write_text(json.dumps([*others, entry]), "utf-8")
    (found,), absent = shared_corpora(tmp_path)
    (page,) = found.pages
    assert (found.name, absent) == ("replay", [name for name in SHARED if name != "replay"])
    assert (page.family, page.headers) == ("wordpress", {"content-type": "text/html"})
    assert (page.truth.body, page.truth.furniture) == (tuple(BODY), (FURNITURE,))
    assert (page.truth.captions, page.truth.optional) == ((CAPTION,), ("Văn Mẫu",))


def test_this_project_is_measured_in_a_process_of_its_own(corpus: Path, tmp_path: Path) -> None:
    done = run("--corpora", "none", "--tools", "this-project", "--json", tmp_path / "figures.json", corpus)
    assert done.exit_code == 0, done.output
    assert "mau: 4 pages" in done.output
    figures = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    (ours,) = figures["corpora"]["mau"]["tools"]
    assert ours["figures"] == {"f1": 1, "precision": 1, "recall": 1, "furniture": 0, "lost": 0} | dict.fromkeys(
        ("captions_returned", "title", "byline", "date"), 1
    ) | {"captions_in_body": 0, "date_invented": None}
    assert (ours["empty"], ours["errors"]) == (0, {})
    assert ours["cpu"] > 0
    assert ours["memory"] > 10


def test_an_absent_peer_is_named_with_its_cure(corpus: Path, tmp_path: Path) -> None:
    python = python_with(tmp_path / "bare")
    done = run("--corpora", "none", "--tools", "goose3,readability-lxml", "--peer-python", python, corpus)
    assert done.exit_code == 0, done.output
    assert "goose3 not installed: pip install goose3" in done.output
    assert "readability-lxml not installed: pip install readability-lxml html-text" in done.output


def test_the_crash_of_a_peer_is_counted_and_ends_nothing(corpus: Path, tmp_path: Path) -> None:
    python = python_with(tmp_path / "crashing", PEER)
    file = tmp_path / "figures.json"
    done = run("--corpora", "none", "--tools", "goose3", "--peer-python", python, "--json", file, corpus)
    assert done.exit_code == 0, done.output
    (goose,) = json.loads(file.read_text("utf-8"))["corpora"]["mau"]["tools"]
    assert list(goose["errors"]) == ["2.html", "3.html", "4.html"]
    assert goose["errors"]["2.html"] == "ValueError: no article"
    assert "status -6" in goose["errors"]["3.html"]


def test_what_is_not_beside_the_project_is_said_to_be_skipped(tmp_path: Path, corpus: Path) -> None:
    (tmp_path / "pages").symlink_to(corpus)
    done = run("--corpora", "pages,seeds", "--shared", tmp_path, "--tools", "this-project")
    assert done.exit_code == 0, done.output
    assert "seeds: skipped" in done.output
    assert "replay" not in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tools", "nothing"], "choose from this-project,"),
        (["--corpora", "nothing"], "choose from golden,"),
        (["--corpora", "none"], "name a FOLDER"),
        (["--peer-python", "/nowhere/python"], "name the bin/python of the venv"),
        (["--json", "/nowhere/figures.json"], "make it or name another file"),
        (["/nowhere"], "name one that is there"),
        ([str(Path(__file__).parent)], "holds neither truth.jsonl nor ground-truth.json"),
        (["--shared", "/nowhere"], "name the folder they are in"),
        (["--rounds", "0"], "x>=1"),
    ],
)
def test_a_wrong_argument_is_named_with_its_cure(arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert (done.exit_code, said in " ".join(done.output.split())) == (2, True), done.output


def test_a_bad_line_of_the_truth_is_named(corpus: Path) -> None:
    (corpus / "truth.jsonl").write_text(json.dumps(TRUTH) + '\n{"file": "1.html"}\n', "utf-8")
    with pytest.raises(CorpusError, match="line 2: field 'url' is missing"):
        folder_of(corpus)
