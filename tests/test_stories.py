"""Which story an article belongs to is found out later, for what is new or changed, and survives what ends it."""

from contextlib import closing
from pathlib import Path

import pytest

from archive.annotate import annotate
from archive.errors import ArchiveError
from archive.extract import Article
from archive.store import SourceRow, Store, Version
from archive.stories import compare_waiting

SOURCE = SourceRow("a.b", "A", "352", "listing", "https://a.example.vn", False, None, "full", None)
ONE = " ".join(f"Câu số {n} nói về một việc của công đoàn trường {chr(97 + n)}." for n in range(20))
OTHER = "Một tin khác hẳn: " + "sân bóng mới của phường được bàn giao sáng nay cho các đội trẻ. " * 9
FIRST, SECOND, THIRD = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"


def put(path: Path, article_id: str, capture: int, text: str) -> None:
    article = Article(title="Tin", paragraphs=[text])
    version = Version(
        article_id, f"https://a.example.vn/{article_id}", capture, f"2024-05-{capture:02}T00:00:00+00:00",
        article, annotate("Tin", text),
    )  # fmt: skip
    with closing(Store(path)) as store, store.transaction():
        store.put(SOURCE, version)


def stories(path: Path) -> dict[str, str]:
    with closing(Store(path)) as store:
        return {row["article"]: row["story"] for row in store.connection.execute("SELECT * FROM stories")}


def test_only_what_is_new_or_changed_is_compared(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    put(path, FIRST, 1, ONE)
    put(path, SECOND, 2, ONE)
    assert stories(path) == {}
    assert compare_waiting(path) == 2
    assert stories(path) == {FIRST: FIRST, SECOND: FIRST}
    assert compare_waiting(path) == 0
    put(path, THIRD, 3, ONE)
    put(path, SECOND, 4, OTHER)
    told: list[tuple[int, int]] = []
    assert compare_waiting(path, lambda done, of: told.append((done, of))) == 2
    assert told == [(2, 2)]
    assert stories(path) == {FIRST: FIRST, SECOND: SECOND, THIRD: FIRST}


def test_what_was_not_done_waits_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "archive.db"
    for number, article in enumerate((FIRST, SECOND, THIRD), start=1):
        put(path, article, number, ONE)
    monkeypatch.setattr("archive.stories.AT_ONCE", 2)

    def cut(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare_waiting(path, cut)
    assert stories(path) == {FIRST: FIRST, SECOND: FIRST}
    assert compare_waiting(path) == 1
    assert stories(path) == dict.fromkeys((FIRST, SECOND, THIRD), FIRST)


def test_a_file_in_which_none_waits_is_only_read(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    put(path, FIRST, 1, ONE)
    compare_waiting(path)
    before = path.read_bytes()
    assert compare_waiting(path) == 0
    assert path.read_bytes() == before


def test_no_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no such file"):
        compare_waiting(tmp_path / "archive.db")
