"""union-archive furniture: what repeats over different articles is proposed, and goes when a person has decided so."""

import csv
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.capture import Capture
from archive.captures import CaptureStore
from archive.decisions import NOTHING_DECIDED
from archive.extract.article import Article
from archive.extract.phrases import bare
from archive.extract.repeated import LINES_MOST, different, repeated, sheet_of
from archive.furniture import PROPOSED_MOST, Proposal, propose
from archive.rebuild import rebuild
from tests.conftest import Operator
from tests.test_decisions import HEADER, decide
from tests.test_ingest import SOURCE, capture

SLOGAN = "Cổng đoàn viên mỗi ngày một niềm vui"
MENU = "Giới thiệu chung Hoạt động Chính sách pháp luật"
AUTHOR = "Lan Chi"
PLACES = ("Bãi Sậy", "Hồng Giang", "Đồng Tiến", "Yên Thượng", "Phú Lâm", "Trà Cổ", "Vân Hồ", "Tam Kỳ")
DEEDS = ("khám sức khỏe", "trao mái ấm", "hội diễn văn nghệ", "giải bóng chuyền", "hiến máu", "đối thoại", "gói bánh")


def own(number: int) -> list[str]:
    """Two paragraphs that no other number has."""
    place, deed = PLACES[number % len(PLACES)], DEEDS[number % len(DEEDS)]
    return [
        f"Ngày {number % 27 + 1} tháng {number % 12 + 1}, công đoàn trường {place} {number} tổ chức {deed} cho"
        f" {number + 40} đoàn viên cùng {number + 11} lao động khó khăn của trường, theo kế hoạch số {number + 100}.",
        f"Phát biểu tại buổi {deed}, chủ tịch công đoàn {place} {number} nói rằng {number + 3} năm qua tổ công đoàn"
        f" luôn đứng cạnh người lao động, nhất là {number + 5} gia đình ở thôn {place} còn thiếu {deed} hằng năm.",
    ]


def page(number: int, paragraphs: Iterable[str], *, title: str = "") -> Capture:
    place, deed = PLACES[number % len(PLACES)], DEEDS[number % len(DEEDS)]
    made = capture("</p><p>".join(paragraphs), title=title or f"Trường {place} {number} tổ chức {deed} thường kỳ")
    address = f"{SOURCE.site}/tin/{number}"
    return replace(made, url=address, final_url=address, fetched=f"2023-06-{number % 28 + 1:02}T00:00:00.000+00:00")


def framed(number: int) -> Capture:
    """An article between the site's lines; every second one names its author."""
    return page(number, [MENU, *own(number), *([AUTHOR] if number % 2 else []), SLOGAN])


def kept(folder: Path, pages: Iterable[Capture]) -> Path:
    file = folder / "crawl.db"
    with closing(CaptureStore(file)) as captures:
        for one in pages:
            captures.put(one)
    return file


def proposal(folder: Path, pages: Iterable[Capture], *, newest: int = 200, furniture: Iterable[str] = ()) -> Proposal:
    with closing(CaptureStore(kept(folder, pages))) as captures:
        return propose(captures, SOURCE.id, set(furniture), newest)


def test_what_stands_on_every_page_is_proposed_first(tmp_path: Path) -> None:
    found = proposal(tmp_path, map(framed, range(10)))
    assert (found.pages, found.articles, found.different, found.decided) == (10, 10, 10, 0)
    by_text = {line.text: line for line in found.lines}
    assert list(by_text)[:2] == [SLOGAN, MENU]
    assert (by_text[MENU].articles, by_text[MENU].share, by_text[MENU].place) == (10, 1.0, "first")
    assert (by_text[SLOGAN].place, by_text[SLOGAN].doubts, by_text[SLOGAN].sure) == ("last", (), 1.0)
    assert by_text[SLOGAN].example == f"{SOURCE.site}/tin/9"
    author = by_text[AUTHOR]
    assert (author.articles, author.share) == (5, 0.5)
    assert "may be a name" in author.doubts
    assert author.sure < 0.3


def test_formulas_and_lines_amid_the_text_are_doubted(tmp_path: Path) -> None:
    formula = "Đề nghị các công đoàn cơ sở triển khai thực hiện nghiêm túc."
    pages = [page(n, [own(n)[0], "Một số hình ảnh hội nghị", own(n)[1], formula, SLOGAN]) for n in range(5)]
    lines = {line.text: line for line in proposal(tmp_path, pages).lines}
    assert lines[formula].doubts == ("ends as a sentence",)
    assert (lines["Một số hình ảnh hội nghị"].place, lines["Một số hình ảnh hội nghị"].sure) == ("within", 0.5)
    assert lines[SLOGAN].sure == 1.0


@pytest.mark.parametrize(("count", "many", "is_proposed"), [(3, 3, True), (2, 3, False), (3, 30, True), (3, 40, False)])
def test_three_articles_and_a_tenth_of_them(tmp_path: Path, count: int, many: int, is_proposed: bool) -> None:
    pages = [page(n, [*own(n), *([SLOGAN] if n < count else [])]) for n in range(many)]
    assert bool(proposal(tmp_path, pages).lines) is is_proposed


def test_the_same_story_again_proposes_nothing(tmp_path: Path) -> None:
    """Reprints under other titles, each with an opening of its own, and other news beside them."""
    story, signature = [*own(100), *own(101), *own(102)], "Ban Thường vụ Liên đoàn"
    reprints = [page(n, [own(n)[0], *story, signature], title=f"Tin đăng lại lần thứ {n}") for n in range(6)]
    others = [page(n, own(n)) for n in range(20, 24)]
    found = proposal(tmp_path, [*reprints, *others])
    assert (found.articles, found.different, found.lines) == (10, 5, ())


def test_one_title_is_one_story(tmp_path: Path) -> None:
    pages = [page(n, [*own(n), SLOGAN], title="Thông báo của công đoàn huyện") for n in range(5)]
    found = proposal(tmp_path, pages)
    assert (found.articles, found.different, found.lines) == (5, 1, ())


def test_versions_of_one_article_are_one(tmp_path: Path) -> None:
    versions = [replace(page(7, [*own(n), SLOGAN]), fetched=f"2023-07-{n + 1:02}T00:00:00+00:00") for n in range(5)]
    found = proposal(tmp_path, versions)
    assert (found.pages, found.different, found.lines) == (1, 1, ())


def test_a_menu_longer_than_the_articles_makes_no_story_of_them(tmp_path: Path) -> None:
    menu = [f"Mục số {n} của cổng thông tin" for n in range(25)]
    found = proposal(tmp_path, [page(n, [*menu, own(n)[0]]) for n in range(10)])
    assert found.different == 10
    assert {line.text for line in found.lines} == set(menu)


def test_what_is_decided_is_left_out(tmp_path: Path) -> None:
    found = proposal(tmp_path, map(framed, range(10)), furniture=[bare(SLOGAN)])
    assert found.decided == 1
    assert MENU in (texts := [line.text for line in found.lines])
    assert SLOGAN not in texts


def test_what_would_change_nothing_is_not_proposed(tmp_path: Path) -> None:
    """The author is read out of a line that says more: his name alone is no line of the page."""
    pages = [page(n, [*own(n), f"Tác giả: {AUTHOR}"]) for n in range(5)]
    assert [line.text for line in proposal(tmp_path, pages).lines] == []


def test_the_newest_are_looked_at_and_not_too_much_is_proposed(tmp_path: Path) -> None:
    many = [f"Dòng lặp lại thứ {n}" for n in range(PROPOSED_MOST + 5)]
    old = [page(n, [*own(n), SLOGAN]) for n in range(4)]
    new = [page(n, [*many, *own(n)]) for n in range(10, 22)]
    found = proposal(tmp_path, [*old, *new], newest=12)
    assert (found.pages, len(found.lines)) == (12, PROPOSED_MOST)
    assert SLOGAN not in {line.text for line in found.lines}


def test_an_article_of_endless_lines_is_looked_at_from_both_ends() -> None:
    article = Article("Bảng điểm", [f"Dòng {n} | {n}" for n in range(50_000)] + [SLOGAN])
    sheet = sheet_of(article, "https://a.example.vn/1")
    assert len(sheet.lines) == LINES_MOST
    assert sheet.lines[-1].text == SLOGAN


LINES = st.lists(st.text("aăâbcdđeê ơ.,", min_size=1, max_size=200), max_size=6)


@settings(deadline=None)
@given(LINES, st.integers(1, 8))
def test_copies_of_a_text_are_one_story_whatever_their_titles(paragraphs: list[str], copies: int) -> None:
    long = "một đoạn văn chung của mọi bản đăng lại " * 5
    sheets = [sheet_of(Article(f"t{n}", [*paragraphs, long]), f"/{n}") for n in range(copies)]
    assert len(different(sheets)) == 1


@settings(deadline=None)
@given(st.lists(LINES, max_size=8))
def test_shares_are_what_they_say(pages: list[list[str]]) -> None:
    sheets = [sheet_of(Article(f"t{n}", lines), f"/{n}") for n, lines in enumerate(pages)]
    stories = different(sheets)
    found = repeated(stories)
    assert found == repeated(stories)
    assert [line.sure for line in found] == sorted((line.sure for line in found), reverse=True)
    for line in found:
        having = [sheet for sheet in stories if line.key in sheet.keys]
        assert len(having) == line.articles >= 3
        assert line.example == having[0].address
        assert bare(line.text) == line.key


@pytest.fixture
def archive(operator: Operator) -> Operator:
    """An operator with ten articles of a source that has no record, between the site's own lines."""
    kept(operator.folder.root, map(framed, range(10)))
    rebuild(operator.folder.crawl_db, operator.folder.archive_db, decisions=NOTHING_DECIDED)
    return operator


def everything(operator: Operator) -> list[dict[str, Any]]:
    """All rows of the archive, but for hashes and for places in the text, which move with what stands before them."""
    found = []
    with closing(sqlite3.connect(operator.folder.archive_db)) as connection:
        for table in ("articles", "revisions", "article_places", "article_school_years", "sources"):
            cursor = connection.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            found += [dict(zip(names, row, strict=True)) for row in cursor]
    return [{name: row[name] for name in row if name not in ("hash", "start", "end")} for row in found]


def without_lines(row: dict[str, object]) -> dict[str, object]:
    """A row without the decided lines; the name that stood above one of them is now seen to be the writer's."""
    body = row.get("body")
    if not isinstance(body, str):
        return row
    own, name, _ = body.replace(f"{MENU}\n\n", "").replace(f"\n\n{SLOGAN}", "").partition(f"\n\n{AUTHOR}")
    return row | {"body": own} | ({"author": AUTHOR} if name and "author" in row else {})


@pytest.mark.soak
def test_from_proposal_to_an_archive_without_the_lines(archive: Operator) -> None:
    before = everything(archive)
    told = archive.run("union-archive", "furniture", SOURCE.id)
    assert (told.returncode, told.stderr) == (0, "")
    assert "a.b: 10 captured pages read, 10 hold an article, 10 of them different stories; 0 texts" in told.stdout
    assert SLOGAN in told.stdout
    assert "may be a name" in told.stdout
    done = archive.run("union-archive", "furniture", SOURCE.id, "--csv")
    assert (done.returncode, done.stderr.splitlines()) == (0, told.stdout.splitlines()[:1])
    header, *rows = csv.reader(StringIO(done.stdout))
    assert ",".join(header) + "\n" == HEADER
    assert {row[1] for row in rows} == {MENU, SLOGAN, AUTHOR}
    assert {(row[0], row[2]) for row in rows} == {(SOURCE.id, "")}
    unreviewed = decide(archive.folder, done.stdout)
    refused = archive.run("union-archive", "rebuild")
    assert refused.returncode == 1
    assert f"{unreviewed}: line 2: reason: is empty, the row is not reviewed" in refused.stderr
    assert everything(archive) == before
    out = StringIO()
    reviewed = [[row[0], row[1], "ở mọi trang", row[3]] for row in rows if row[1] != AUTHOR]
    csv.writer(out).writerows([header, *reviewed])
    decide(archive.folder, out.getvalue())
    assert archive.run("union-archive", "rebuild").returncode == 0
    wanted = [without_lines(row) for row in before]
    assert everything(archive) == wanted != before
    again = archive.run("union-archive", "furniture", SOURCE.id, "--csv")
    assert [row[1] for row in csv.reader(StringIO(again.stdout))] == [AUTHOR]
    assert "2 texts are decided already" in again.stderr


@pytest.mark.soak
def test_json_tells_the_same(archive: Operator) -> None:
    found = json.loads(archive.run("union-archive", "furniture", SOURCE.id, "--json", "--newest", "6").stdout)
    assert {name: found[name] for name in ("source", "pages", "articles", "different", "decided")} == {
        "source": SOURCE.id,
        "pages": 6,
        "articles": 6,
        "different": 6,
        "decided": 0,
    }
    assert found["lines"][0] == {
        "text": SLOGAN,
        "key": bare(SLOGAN),
        "articles": 6,
        "share": 1.0,
        "place": "last",
        "example": f"{SOURCE.site}/tin/9",
        "doubts": [],
        "sure": 1.0,
    }


@pytest.mark.soak
def test_too_few_different_articles_are_told(operator: Operator) -> None:
    kept(operator.folder.root, map(framed, range(2)))
    done = operator.run("union-archive", "furniture", SOURCE.id)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "a.b: 2 captured pages read, 2 hold an article, 2 of them different stories; 0 texts are decided already",
        "What repeats shows from 3 different articles on; harvest more of it first: `scrapy harvest a.b`",
    ]
    done = operator.run("union-archive", "furniture", SOURCE.id, "--csv")
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(operator.run("union-archive", "furniture", SOURCE.id, "--json").stdout)["lines"] == []


def test_a_source_that_was_never_captured_proposes_nothing(sample: Operator) -> None:
    kept(sample.folder.root, [framed(1)])
    done = sample.run("union-archive", "furniture", "mau.dam-ha")
    assert done.returncode == 0
    assert "mau.dam-ha: 0 captured pages read" in done.stdout


@pytest.mark.soak
def test_wrong_usage(sample: Operator) -> None:
    for arguments, told in (
        (["mau.dam-hà"], "no source has the id 'mau.dam-hà'; did you mean mau.dam-ha or "),
        ([], "Missing argument 'ID'"),
        (["mau.dam-ha", "--newest", "2"], "2 is not in the range 3<=x<=500"),
        (["mau.dam-ha", "--csv", "--json"], "--csv and --json exclude each other"),
    ):
        done = sample.run("union-archive", "furniture", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert told in done.stderr
    assert not sample.folder.root.exists()
    done = sample.run("union-archive", "furniture", "mau.dam-ha")
    assert done.returncode == 1
    assert "there are no captures yet; run `scrapy harvest` first" in done.stderr
