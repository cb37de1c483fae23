import itertools
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.annotate import annotate
from archive.errors import ArchiveError
from archive.extract import Article
from archive.store import SourceRow, Store, Version
from archive.store_schema import SCHEMA_VERSION

SOURCE = SourceRow("a.b", "A", "352", "listing", "https://a.example.vn", False, None, "full", None)


def version(capture: int, hour: int, text: str, article_id: str = "abcdefghijkl") -> Version:
    title = "LĐLĐ huyện Bình Lục tổng kết năm học 2019-2020"
    article = Article(title=title, paragraphs=[text])
    return Version(
        article_id=article_id,
        url=f"https://a.example.vn/{article_id}",
        capture=capture,
        captured=f"2024-05-01T{hour:02}:00:00.000+00:00",
        article=article,
        annotations=annotate(title, text, home="352", published=None),
    )


def put(store: Store, one: Version) -> str:
    with store.transaction():
        return store.put(SOURCE, one)


def revisions(store: Store) -> list[tuple[str, str, int]]:
    rows = store.connection.execute("SELECT captured, body, capture FROM revisions ORDER BY captured, capture")
    return [tuple(row) for row in rows]


def test_new_same_revision(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "archive.db")) as store:
        assert put(store, version(1, 1, "Một.")) == "new"
        assert put(store, version(2, 2, "Một.")) == "same"
        assert put(store, version(3, 3, "Hai.")) == "revision"
        assert put(store, version(4, 4, "Một.")) == "revision"
        article = store.connection.execute("SELECT * FROM articles").fetchone()
        assert (article["body"], article["revisions"]) == ("Một.", 3)
        assert article["first_seen"].startswith("2024-05-01T01")
        assert [body for _, body, _ in revisions(store)] == ["Một.", "Hai.", "Một."]
        assert store.latest_hash("abcdefghijkl") == version(9, 9, "Một.").article.text_hash


@given(st.lists(st.sampled_from(["Một.", "Hai.", "Ba."]), min_size=1, max_size=5), st.randoms())
def test_versions_follow_capture_time_whatever_comes_first(texts: list[str], chance: "object") -> None:
    versions = [version(number, number, text) for number, text in enumerate(texts, 1)]
    shuffled = list(versions)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    results = []
    for order in (versions, shuffled):
        with closing(Store(Path(":memory:"))) as store:
            for one in order:
                put(store, one)
            article = dict(store.connection.execute("SELECT * FROM articles").fetchone())
            results.append((article, revisions(store)))
    assert results[0] == results[1]
    bodies = [body for _, body, _ in results[0][1]]
    assert bodies == [text for text, _ in itertools.groupby(texts)]


def test_places_and_years_are_those_of_the_newest_text(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "archive.db")) as store:
        put(store, version(2, 2, "Huyện Thanh Liêm cũng dự."))
        put(store, version(1, 1, "Huyện Kim Bảng cũng dự."))
        names = {row["name"] for row in store.connection.execute("SELECT name FROM article_places")}
        assert names == {"Bình Lục", "Thanh Liêm"}
        years = [row["year"] for row in store.connection.execute("SELECT year FROM article_school_years")]
        assert years == ["2019-2020"]


def test_a_refused_capture_is_remembered_with_its_reason(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "archive.db")) as store:
        with store.transaction():
            store.put_refused(7, "abcdefghijkl", "2024-05-01T00:00:00+00:00", "no article on the page")
        assert store.taken([7, 8]) == {7}
        assert store.latest_hash("abcdefghijkl") is None


def test_half_a_transaction_leaves_nothing(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "archive.db")) as store:
        with pytest.raises(RuntimeError, match="power"), store.transaction():
            store.put(SOURCE, version(1, 1, "Một."))
            raise RuntimeError("power failure")
        assert store.connection.execute("SELECT count(*) FROM articles").fetchone()[0] == 0
        assert store.taken([7]) == set()


def test_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    Store(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(ArchiveError, match=r"newer version.*upgrade"):
        Store(path)


def test_an_older_schema_asks_for_a_rebuild(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    Store(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1")
    with pytest.raises(ArchiveError, match=r"older version.*union-archive rebuild"):
        Store(path)


def test_annotations_and_stories_follow_the_newest_text(tmp_path: Path) -> None:
    def rows(store: Store, table: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in store.connection.execute(f"SELECT * FROM {table}")]

    first, second = "Có 2.181 đoàn viên và 57 CĐCS dự hội nghị.", "Có 60 CĐCS dự hội nghị."
    with closing(Store(tmp_path / "archive.db")) as store:
        put(store, version(1, 1, first))
        found = [(row[1], row[2]) for row in rows(store, "article_figures")]
        assert sorted(found) == [(57, "CĐCS"), (2181, "đoàn viên")]
        put(store, version(2, 2, second))
        assert [(row[1], row[2]) for row in rows(store, "article_figures")] == [(60, "CĐCS")]
        title, sentence = rows(store, "article_sentences")
        text = f"LĐLĐ huyện Bình Lục tổng kết năm học 2019-2020\n\n{second}"
        spans = [slice(int(str(start)), int(str(end))) for _, start, end in (title, sentence)]
        assert [text[span] for span in spans] == [text.partition("\n")[0], second]


def test_a_locked_database_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.database.connect.__kwdefaults__", {"busy_seconds": 0.1})
    path = tmp_path / "archive.db"
    Store(path).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveError, match="locked by another program; wait"):
            Store(path)
