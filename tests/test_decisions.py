"""What people decided: the files are read strictly, and whoever reads captures obeys them."""

import csv
import json
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import ingest
from archive.captures import CaptureStore
from archive.corrections import Correction
from archive.decisions import NOTHING_DECIDED, Decisions, read_decisions, unknown_articles
from archive.errors import ArchiveError
from archive.extract.phrases import bare
from archive.folder import DataFolder
from archive.store import Store
from crawler.probing import golden
from tests.conftest import Operator
from tests.crawler.test_freeze import freeze, frozen, project
from tests.crawler.test_harvest import contents, harvest, query
from tests.sites import content
from tests.sites.server import SampleWeb
from tests.sites.systems import SYSTEMS
from tests.test_ingest import SOURCE, capture

__all__ = ["project"]

HEADER = "source,text,reason,date\n"
CAPTURED = SOURCE.id
GOOD = f"{CAPTURED},Cổng đoàn viên mỗi ngày,khẩu hiệu ở mọi trang,2026-11-23\n"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """A data folder in which something of the source a.b was captured."""
    made = DataFolder(tmp_path / "data")
    with closing(CaptureStore(made.crawl_db)) as captures:
        captures.put(capture())
    return made


def decide(folder: DataFolder, text: str, name: str = "furniture.csv") -> Path:
    folder.decisions.mkdir(parents=True, exist_ok=True)
    file = folder.decisions / name
    file.write_bytes(text.encode())
    return file


def problems(folder: DataFolder) -> list[str]:
    with pytest.raises(ArchiveError) as raised:
        read_decisions(folder)
    return str(raised.value).splitlines()


def test_nothing_is_decided_where_there_is_no_file(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    assert read_decisions(folder) == NOTHING_DECIDED
    assert not folder.root.exists()


@pytest.mark.parametrize("text", ["", HEADER, HEADER + "\n\n"])
def test_a_file_without_rows_decides_nothing(folder: DataFolder, text: str) -> None:
    decide(folder, text)
    assert read_decisions(folder) == NOTHING_DECIDED


def test_texts_are_folded_by_source(folder: DataFolder) -> None:
    rows = (
        f'mau.dam-ha,"In, gửi: ""Bạn bè"" »",nút,2026-11-22\n{CAPTURED},CỔNG ĐOÀN VIÊN mỗi ngày.,lặp lại,2026-11-23\n'
    )
    decide(folder, "\ufeff" + (HEADER + GOOD + rows).replace("\n", "\r\n"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNION_ARCHIVE_SOURCES", str(content.RECORDS.parent))
        decisions = read_decisions(folder)
    assert decisions == Decisions(
        {CAPTURED: frozenset({"cong doan vien moi ngay"}), "mau.dam-ha": frozenset({'in, gui: "ban be'})}
    )
    assert decisions.furniture_of("khac") == frozenset()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("a.b,Dòng chữ,vì thế", "3 values instead of 4; put a text that holds commas into double quotes"),
        ("a.b,Một, hai,vì thế,2026-11-23", "5 values instead of 4; put a text that holds commas into double quotes"),
        ("a.bb,Dòng chữ,vì thế,2026-11-23", "source: no source has the id 'a.bb'; did you mean a.b? `scrapy list`"),
        ("a.b,»,vì thế,2026-11-23", "text: '»' is no text; copy the line as the article shows it"),
        ("a.b,Dòng chữ,,2026-11-23", "reason: is empty, the row is not reviewed; say why"),
        ("a.b,Dòng chữ, ,2026-11-23", "reason: is empty, the row is not reviewed; say why"),
        ("a.b,Dòng chữ,vì thế,", "date: '' is no date; write the day of the decision like 2026-11-23"),
        ("a.b,Dòng chữ,vì thế,23/11/2026", "date: '23/11/2026' is no date; write the day"),
        ('a.b,"Dòng" chữ,vì thế,2026-11-23', "this is no CSV ("),
    ],
)
def test_a_bad_row_is_named(folder: DataFolder, row: str, told: str) -> None:
    file = decide(folder, f'{HEADER}{GOOD}a.b,"hai\ndòng",vì thế,2026-11-23\n{row}\n')
    (problem,) = problems(folder)
    assert problem.startswith(f"{file}: line 5: {told}")


def test_all_bad_rows_are_named_at_once(folder: DataFolder) -> None:
    file = decide(folder, f"{HEADER}x,,,\n{GOOD}a.b,Dòng chữ,,2026-11-23\n")
    assert [problem.removeprefix(f"{file}: ").split(": ")[:2] for problem in problems(folder)] == [
        ["line 2", "source"],
        ["line 2", "text"],
        ["line 2", "reason"],
        ["line 2", "date"],
        ["line 4", "reason"],
    ]


def test_a_file_that_is_no_such_table_is_named(folder: DataFolder) -> None:
    file = decide(folder, GOOD)
    (problem,) = problems(folder)
    assert problem.startswith(f"{file}: line 1: ")
    assert problem.endswith("is not its header; write source,text,reason,date")
    file.write_bytes(HEADER.encode() + "a.b,Dòng".encode("utf-16"))
    assert problems(folder)[0].startswith(f"{file}: this is no UTF-8 (")
    file.unlink()
    file.mkdir()
    assert problems(folder)[0].startswith(f"{file}: cannot be read (")


@pytest.fixture(scope="module")
def one_folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    folder = DataFolder(tmp_path_factory.mktemp("data"))
    with closing(CaptureStore(folder.crawl_db)) as captures:
        captures.put(capture())
    return folder


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60).filter(bare))
def test_any_text_is_read_back_as_extraction_compares_it(one_folder: DataFolder, text: str) -> None:
    out = StringIO(newline="")
    csv.writer(out).writerows([HEADER.strip().split(","), (CAPTURED, text, "vì thế", "2026-11-23")])
    decide(one_folder, out.getvalue())
    assert read_decisions(one_folder).furniture_of(CAPTURED) == {bare(text)}


ID = "abcdefghij23"
OTHER_ID = "k4l5m6n7opqr"
CORRECTIONS_HEADER = "article,field,value,reason,date\n"
CORRECTION = f"{ID},published,2019-08-31,ngày ghi dưới tiêu đề,2026-11-23\n"


def correct(folder: DataFolder, text: str) -> Path:
    return decide(folder, text, "corrections.csv")


@pytest.mark.parametrize("text", ["", CORRECTIONS_HEADER, CORRECTIONS_HEADER + "\n\n"])
def test_a_file_without_corrections_corrects_nothing(folder: DataFolder, text: str) -> None:
    correct(folder, text)
    assert read_decisions(folder) == NOTHING_DECIDED
    assert read_decisions(folder).corrections_of(ID) == ()


def test_corrections_are_read_by_article(folder: DataFolder) -> None:
    rows = (
        f'{ID},title,"  Công đoàn\n các trường, một năm",tiêu đề bị cắt,2026-11-23\n'
        f"{OTHER_ID},districts,352 250@2008-08-01,huyện khác tên,2026-11-23\n"
        f"{OTHER_ID},author,,tên cơ quan,2026-11-23\n"
    )
    correct(folder, "\ufeff" + (CORRECTIONS_HEADER + CORRECTION + rows).replace("\n", "\r\n"))
    decisions = read_decisions(folder)
    day = "2026-11-23"
    assert decisions.corrections_of(ID) == (
        Correction(ID, "published", "2019-08-31", "ngày ghi dưới tiêu đề", day),
        Correction(ID, "title", "Công đoàn các trường, một năm", "tiêu đề bị cắt", day),
    )
    assert decisions.corrections_of(OTHER_ID) == (
        Correction(OTHER_ID, "districts", "352 250@2008-08-01", "huyện khác tên", day),
        Correction(OTHER_ID, "author", "", "tên cơ quan", day),
    )
    assert [one.line for one in decisions.corrections_of(ID) + decisions.corrections_of(OTHER_ID)] == [2, 3, 5, 6]
    assert decisions.furniture == {}


def test_the_last_row_of_an_article_and_field_is_in_force(folder: DataFolder) -> None:
    later = (
        f"{OTHER_ID},published,2018-01-01,khác bài,2026-11-23\n"
        f"{ID},published,2019-09-01,đọc nhầm,2026-11-24\n"
        f"{ID},author,Lan Chi,ký tên,2026-11-24\n"
        f"{ID},published,2019-09-02,đọc nhầm nữa,2026-11-20\n"
    )
    correct(folder, CORRECTIONS_HEADER + CORRECTION + later)
    decisions = read_decisions(folder)
    assert {one.field: (one.value, one.line) for one in decisions.corrections_of(ID)} == {
        "published": ("2019-09-02", 6),
        "author": ("Lan Chi", 5),
    }
    assert [one.value for one in decisions.corrections_of(OTHER_ID)] == ["2018-01-01"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"{ID},published,2019-08-31,vì thế", "4 values instead of 5; put a text that holds commas into double quotes"),
        (f"{ID},title,Một, hai,vì thế,2026-11-23", "6 values instead of 5; put a text that holds commas into"),
        ("abc,author,,vì thế,2026-11-23", "article: 'abc' is no article's id; copy the 12 characters after /bai/ in"),
        (
            "ABCDEFGHIJ23,author,,vì thế,2026-11-23",
            "article: 'ABCDEFGHIJ23' is no article's id; copy the 12 characters",
        ),
        (
            "abcdefghij01,author,,vì thế,2026-11-23",
            "article: 'abcdefghij01' is no article's id; copy the 12 characters",
        ),
        (
            f"{ID},body,Chữ,vì thế,2026-11-23",
            "field: 'body' cannot be corrected; write one of title, published, author, ",
        ),
        (f"{ID},title,,vì thế,2026-11-23", "value: '' is no title; write it as the page shows it"),
        (
            f"{ID},published,31/08/2019,vì thế,2026-11-23",
            "value: '31/08/2019' is no date; write it like 2019-08-31, or ",
        ),
        (
            f"{ID},published,2019-02-29,vì thế,2026-11-23",
            "value: '2019-02-29' is no date; write it like 2019-08-31, or ",
        ),
        (
            f"{ID},published,2026-11-24,vì thế,2026-11-23",
            "value: 2026-11-24 is after the day of the decision; mend the",
        ),
        (f"{ID},published,0219-08-31,vì thế,2026-11-23", "value: 0219-08-31 is before the web; write the day the page"),
        (f"{ID},districts,352 999,vì thế,2026-11-23", "value: no district is '999'; write codes of the gazetteer, in "),
        (f"{ID},provinces,99,vì thế,2026-11-23", "value: no province is '99'; write codes of the gazetteer, in "),
        (
            f"{ID},school-years,2019-2021,vì thế,2026-11-23",
            "value: '2019-2021' is no school year of 1990 to 2045; write",
        ),
        (f"{ID},author,,,2026-11-23", "reason: is empty, the row is not reviewed; say what shows the mistake"),
        (f"{ID},author,,vì thế,20261123", "date: '20261123' is no date; write the day of the decision like 2026-11-23"),
        (f'{ID},author,"Lan" Chi,vì thế,2026-11-23', "this is no CSV ("),
    ],
)
def test_a_bad_correction_is_named(folder: DataFolder, row: str, told: str) -> None:
    file = correct(folder, f'{CORRECTIONS_HEADER}{CORRECTION}{ID},author,"Lan\nChi",vì thế,2026-11-23\n{row}\n')
    (problem,) = problems(folder)
    assert problem.startswith(f"{file}: line 5: {told}")


def test_bad_rows_of_all_files_are_named_at_once(folder: DataFolder) -> None:
    furniture = decide(folder, f"{HEADER}a.b,Dòng chữ,,2026-11-23\n")
    corrections = correct(folder, f"{CORRECTIONS_HEADER}x,body,,,\n{ID},published,hôm nay,vì thế,\n")
    assert [problem.split(": ")[:3] for problem in problems(folder)] == [
        [str(furniture), "line 2", "reason"],
        *([str(corrections), "line 2", column] for column in ("article", "field", "reason", "date")),
        *([str(corrections), "line 3", column] for column in ("value", "date")),
    ]


def test_corrections_of_articles_that_are_not_there_are_named(folder: DataFolder) -> None:
    rows = f"{OTHER_ID},author,,vì thế,2026-11-23\n{OTHER_ID},title,Một,vì thế,2026-11-23\n"
    correct(folder, CORRECTIONS_HEADER + CORRECTION + rows)
    decisions = read_decisions(folder)
    assert unknown_articles(NOTHING_DECIDED, []) == []
    assert unknown_articles(decisions, {ID, OTHER_ID}) == []
    assert unknown_articles(decisions, [ID]) == [
        f"corrections.csv: line {line}: article: the archive holds no article {OTHER_ID}, its {field} is corrected in"
        " vain; copy the id from the article's address, or take the row out"
        for line, field in ((3, "author"), (4, "title"))
    ]


PAGE_LINE = "Cổng đoàn viên mỗi ngày một niềm vui"
OWN = "Công đoàn các trường trong huyện tổng kết năm học 2022-2023 và bàn việc của năm học mới. " * 3


def test_a_reading_drops_the_line_and_nothing_else() -> None:
    page = capture(f"{OWN}</p><p>{PAGE_LINE.upper()}")
    before, after = ingest.read(page).article, ingest.read(page, furniture={bare(PAGE_LINE)}).article
    assert before
    assert before.paragraphs[1] == PAGE_LINE.upper()
    assert after == replace(before, paragraphs=before.paragraphs[:1])


def test_a_build_reads_each_source_under_its_own_decisions(tmp_path: Path) -> None:
    text = f"{OWN}</p><p>{PAGE_LINE}"
    other = replace(SOURCE, id="c.d", site="https://c.example.vn")
    with closing(CaptureStore(tmp_path / "crawl.db")) as captures, closing(Store(tmp_path / "archive.db")) as store:
        captures.put(capture(text))
        captures.put(capture(text, source=other))
        ingest.build(captures, store, decisions=Decisions({"a.b": frozenset({bare(PAGE_LINE)})}))
        bodies = dict(store.connection.execute("SELECT source, body FROM articles").fetchall())
    assert PAGE_LINE in bodies["c.d"]
    assert PAGE_LINE not in bodies["a.b"]


EDITED = next(article for article in content.articles("mau.thuong-tin") if article.edited)
TRUE_LINE = EDITED.paragraphs[-1]


def decided(sample: Operator) -> None:
    out = StringIO()
    csv.writer(out).writerow(("mau.thuong-tin", TRUE_LINE, "để thử", "2026-11-23"))
    decide(sample.folder, HEADER + out.getvalue())


@pytest.mark.soak
def test_harvest_and_rebuild_are_under_the_same_decisions(sample: Operator, web: SampleWeb) -> None:
    decided(sample)
    harvest(sample)
    web.edited = True
    assert harvest(sample)["mau.thuong-tin"]["edited"] == 1
    before = contents(sample.folder.archive_db)
    bodies = query(sample.folder.archive_db, "SELECT body FROM revisions WHERE title = ?", EDITED.title)
    assert len(bodies) == 2
    assert not any(TRUE_LINE in body for (body,) in bodies)
    assert sample.run("union-archive", "rebuild").returncode == 0
    assert contents(sample.folder.archive_db) == before
    exported = sample.folder.root / "all.warc.gz"
    assert sample.run("union-archive", "export", "--warc", exported).returncode == 0
    other = Operator(DataFolder(sample.folder.root.parent / "other"), sample.environment)
    decided(other)
    done = other.run("union-archive", "import-warc", exported)
    assert done.returncode == 0, done.stderr
    other_bodies = query(other.folder.archive_db, "SELECT body FROM revisions WHERE title = ?", EDITED.title)
    assert sorted(other_bodies) == sorted(bodies)


@pytest.mark.soak
def test_crawl_and_freeze_read_under_the_decisions_too(sample: Operator, web: SampleWeb, project: Path) -> None:
    decided(sample)
    exported = sample.folder.root / "new.jsonl"
    done = sample.run("scrapy", "crawl", "mau.thuong-tin", "-O", exported)
    assert done.returncode == 0, done.stderr
    items = [json.loads(line) for line in exported.read_text("utf-8").splitlines()]
    (item,) = [item for item in items if item["title"] == EDITED.title]
    assert TRUE_LINE not in item["body"]
    address = web.addresses["mau.thuong-tin"] + SYSTEMS["mau.thuong-tin"].article_path(EDITED)
    done = freeze(sample, project, "mau.thuong-tin", address)
    assert done.returncode == 0, done.stderr
    (file,) = frozen(project)
    page, body = golden.load(file)
    assert page["furniture"] == [bare(TRUE_LINE)]
    assert TRUE_LINE not in page["article"]["paragraphs"]
    assert golden.differences(page, json.loads(json.dumps(golden.reread(page, body)))) == []
    without = json.loads(json.dumps(golden.reread(page | {"furniture": []}, body)))
    assert TRUE_LINE in without["article"]["paragraphs"]


@pytest.mark.parametrize(
    "command",
    [
        ("scrapy", "harvest"),
        ("scrapy", "crawl", "mau.dam-ha"),
        ("union-archive", "build"),
        ("union-archive", "rebuild"),
    ],
    ids=" ".join,
)
def test_bad_decisions_stop_a_command_before_it_does_anything(
    sample: Operator, web: SampleWeb, folder: DataFolder, command: tuple[str, ...]
) -> None:
    file = decide(folder, HEADER + "a.b,Dòng chữ,,2026-11-23\n")
    assert folder == sample.folder
    done = sample.run(*command)
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if " INFO " not in line and str(file) in line] == [
        f"{file}: line 2: reason: is empty, the row is not reviewed; say why this is no text of the articles"
    ]
    assert not web.requests
    assert not folder.archive_db.exists()
