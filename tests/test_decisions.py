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
from archive.decisions import NOTHING_DECIDED, Decisions, read_decisions
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
