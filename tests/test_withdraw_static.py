"""The static twin of what is withdrawn or gone: no file of it holds the text, its address says what became of it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from archive.folder import DataFolder
from archive.static import write_static
from archive.withdraw import withdraw
from tests.conftest import ROOT, Operator
from tests.filled import execute
from tests.test_ingest import SOURCE
from tests.withdrawing import REASON, WORD, holds, new_publication, the_id, withdrawable

pytestmark = pytest.mark.soak

ADDRESS = "https://tin.example/kho"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return withdrawable(tmp_path / "data")


def holding(twin: Path) -> set[str]:
    """The files of a twin, and of all beside it, that hold the word."""
    return {
        str(path.relative_to(twin.parent))
        for path in twin.parent.rglob("*")
        if path.is_file() and holds(path.read_bytes())
    }


@pytest.mark.parametrize("passage", ["", WORD])
def test_no_byte_of_the_next_twin_holds_what_was_withdrawn(
    operator: Operator, folder: DataFolder, tmp_path: Path, passage: str
) -> None:
    identifier = the_id(folder)
    twin = tmp_path / "www" / "kho"
    asked = ("union-archive", "publish", "--static", twin, "--address", ADDRESS)
    assert operator.run(*asked).returncode == 0
    before = holding(twin)
    kinds = {Path(name).suffix for name in before}
    assert {".html", ".json", ".txt", ".bib", ".ris", ".atom", ".pf_fragment", ".pf_index"} <= kinds, before
    left = twin.with_name("kho.1.new")
    (left / "bai").mkdir(parents=True)
    (left / "bai" / "half.html").write_text(WORD)  # as a killed run leaves it
    withdraw(folder, identifier, REASON, passage=passage)
    assert operator.run(*asked).returncode == 0
    assert holding(twin) == set()
    page = (twin / "bai" / identifier / "index.html").read_text("utf-8")
    assert REASON in page
    assert (twin / "bai" / identifier / "ban-luu" / "1").exists() == bool(passage)


def test_the_address_of_a_withdrawn_article_says_so(folder: DataFolder, tmp_path: Path) -> None:
    identifier = the_id(folder)
    withdraw(folder, identifier, REASON)
    new_publication(folder)
    write_static(folder.site_db, tmp_path / "kho", address=ADDRESS, metadata=ROOT / "metadata.yml")
    page = LexborHTMLParser((tmp_path / "kho" / "bai" / identifier / "index.html").read_text("utf-8"))
    said = page.css_first("main").text()
    assert "Bài đã được gỡ" in said and REASON in said and SOURCE.name in said
    for node in page.css("[href], [src]"):
        link = node.attributes.get("href") or node.attributes.get("src") or ""
        assert not link.startswith("/"), link
    assert REASON in (tmp_path / "kho" / "bai" / f"{identifier}.json").read_text("utf-8")
    assert REASON in (tmp_path / "kho" / "bai" / f"{identifier}.txt").read_text("utf-8")
    listed = "".join(path.read_text("utf-8") for path in (tmp_path / "kho").rglob("*.xml"))
    assert identifier not in listed


def test_an_article_that_is_gone_from_its_site_keeps_its_page(folder: DataFolder, tmp_path: Path) -> None:
    with closing(sqlite3.connect(folder.archive_db)) as db:
        (identifier,) = db.execute("SELECT id FROM articles WHERE title LIKE '%năm thứ 2'").fetchone()
    execute(folder.archive_db, f"UPDATE articles SET gone_at = '2024-02-03T00:00:00+00:00' WHERE id = '{identifier}'")
    new_publication(folder)
    write_static(folder.site_db, tmp_path / "kho", address=ADDRESS, metadata=ROOT / "metadata.yml")
    page = LexborHTMLParser((tmp_path / "kho" / "bai" / identifier / "index.html").read_text("utf-8"))
    said = page.css_first("main").text()
    assert "năm thứ 2" in said and "03/02/2024" in said
    assert "công đoàn cơ sở thứ 2" in said.lower(), "its text stays"
