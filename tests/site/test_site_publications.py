"""Publications that are kept: files of their own, the list, the way back, falls, and kills in the middle."""

import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from publications import FEWEST, make, numbered
from site_archive import Site, article_id, build

from archive import publications
from archive.cli import main
from archive.errors import ArchiveError
from archive.kept import LIST, current, file_of, kept
from archive.publications import Published, back, forget, publish_and_keep
from archive.publish import publish
from archive.withdrawals import Withdrawal


def number(path: Path) -> int:
    """Which publication a file is, by its count."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0]) - FEWEST


def whole(folder: Path) -> list[int]:
    """The kept publications by number, after a look that list, files and current one agree."""
    site_db = folder / "union-news.db"
    listed = kept(site_db)
    for one in listed:
        content = file_of(site_db, one).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (one.sha256, one.bytes)
        assert number(file_of(site_db, one)) == one.articles - FEWEST
    assert (now := current(site_db, listed))
    assert site_db.read_bytes() == file_of(site_db, now).read_bytes()
    return [one.articles - FEWEST for one in listed]


def test_a_publication_has_a_file_of_its_own_and_takes_no_room_twice(tmp_path: Path) -> None:
    made = make(tmp_path, 0)
    site_db = tmp_path / "union-news.db"
    assert made.publication.path == site_db
    assert made.removed == ()
    assert os.path.samefile(site_db, file_of(site_db, made.kept))
    assert json.loads((tmp_path / LIST).read_text())["publications"][0]["sha256"] == made.kept.sha256
    assert made.kept.sha256 == hashlib.sha256(site_db.read_bytes()).hexdigest()
    assert made.kept.date.startswith(made.kept.name[:10])


def test_the_last_ones_are_kept(tmp_path: Path) -> None:
    first = make(tmp_path, 0)
    make(tmp_path, 1)
    make(tmp_path, 2)
    assert whole(tmp_path) == [0, 1, 2]
    assert make(tmp_path, 3).removed == (first.kept.name,)
    assert whole(tmp_path) == [1, 2, 3]
    assert len(make(tmp_path, 4, keep=1).removed) == 3
    assert whole(tmp_path) == [4]
    assert len(list((tmp_path / "publications").iterdir())) == 1


def test_back_to_the_one_before_and_on_from_there(tmp_path: Path) -> None:
    for n in range(3):
        make(tmp_path, n)
    assert back(tmp_path / "union-news.db").articles == FEWEST + 1
    assert number(tmp_path / "union-news.db") == 1
    assert whole(tmp_path) == [0, 1, 2]
    make(tmp_path, 3)
    assert whole(tmp_path) == [0, 1, 3], "what was left by going back is nothing to go back to"
    assert back(tmp_path / "union-news.db").articles == FEWEST + 1
    assert back(tmp_path / "union-news.db").articles == FEWEST
    with pytest.raises(ArchiveError, match=r"no publication before that of .*publish again"):
        back(tmp_path / "union-news.db")
    assert number(tmp_path / "union-news.db") == 0


def test_no_way_back_to_a_file_that_was_changed(tmp_path: Path) -> None:
    first = make(tmp_path, 0)
    make(tmp_path, 1)
    with closing(sqlite3.connect(file_of(tmp_path / "union-news.db", first.kept))) as db, db:
        db.execute("DELETE FROM articles_fts_config")
    with pytest.raises(ArchiveError, match="not those that were published"):
        back(tmp_path / "union-news.db")
    assert number(tmp_path / "union-news.db") == 1


def test_nothing_to_go_back_to(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="none of the kept"):
        back(tmp_path / "union-news.db")


def test_permalinks_are_the_same_in_all(tmp_path: Path) -> None:
    wanted = {article_id(url) for url, *_ in numbered(0)}
    for n in range(2):
        make(tmp_path, n)
        with closing(sqlite3.connect(tmp_path / "union-news.db")) as db:
            assert wanted <= {row[0] for row in db.execute("SELECT id FROM articles")}


def fall(folder: Path, articles: int, **more: object) -> Published:
    """Publish fewer articles over 200."""
    make(folder, 200 - FEWEST)
    archive = build(folder / "fewer.db", numbered(articles - FEWEST) if articles else [])
    return publish_and_keep(archive, folder / "union-news.db", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("articles", "withdrawn"), [(198, 0), (0, 0), (150, 48)])
def test_a_fall_without_a_reason_is_refused(tmp_path: Path, articles: int, withdrawn: int) -> None:
    with pytest.raises(ArchiveError, match=r"would hold.*old one stays.*--accept-fall"):
        fall(tmp_path, articles, explained_fall=withdrawn)
    assert whole(tmp_path) == [200 - FEWEST]
    assert len(list((tmp_path / "publications").iterdir())) == 1, "the refused one is gone"


@pytest.mark.parametrize(
    ("articles", "more"),
    [(199, {}), (198, {"accept_fall": True}), (0, {"accept_fall": True}), (150, {"explained_fall": 49})],
)
def test_a_fall_with_a_reason_or_a_small_one_is_published(
    tmp_path: Path, articles: int, more: dict[str, object]
) -> None:
    assert fall(tmp_path, articles, **more).kept.articles == articles


WITHDRAWN = {
    article_id(url): (Withdrawal(article_id(url), "", "theo yêu cầu", "2026-01-01"),)
    for url, *_ in numbered(200 - FEWEST)[150:]
}


def test_withdrawn_articles_explain_that_they_are_missing(tmp_path: Path) -> None:
    made = fall(tmp_path, 150, withdrawals=WITHDRAWN)
    assert made.kept.articles == 150
    assert len(made.removed) == 1, "what holds them is not kept"
    assert whole(tmp_path) == [150 - FEWEST]


@pytest.mark.soak
def test_no_way_back_to_what_is_withdrawn(tmp_path: Path) -> None:
    site_db = tmp_path / "union-news.db"
    make(tmp_path, 0)
    make(tmp_path, 190)
    make(tmp_path, 191)
    assert back(site_db, WITHDRAWN).articles == FEWEST
    make(tmp_path, 1)
    make(tmp_path, 192)
    assert forget(site_db, WITHDRAWN) == ()
    make(tmp_path, 193)
    assert len(forget(site_db, WITHDRAWN)) == 1
    assert whole(tmp_path) == [1, 193], "the current one stays until the next publish"


def test_a_first_publication_is_not_empty(tmp_path: Path) -> None:
    archive, site_db = build(tmp_path / "archive.db", []), tmp_path / "union-news.db"
    with pytest.raises(ArchiveError, match="no article"):
        publish_and_keep(archive, site_db)
    assert not site_db.exists()
    publish_and_keep(archive, site_db, accept_fall=True)
    assert site_db.exists()


def test_one_that_was_there_before_the_list_is_kept(archive_db: Path, tmp_path: Path) -> None:
    publish(archive_db, tmp_path / "union-news.db")
    content = (tmp_path / "union-news.db").read_bytes()
    make(tmp_path, 5)
    back(tmp_path / "union-news.db")
    assert (tmp_path / "union-news.db").read_bytes() == content


def test_without_links_it_is_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    make(tmp_path, 0)
    make(tmp_path, 1)
    assert whole(tmp_path) == [0, 1]
    back(tmp_path / "union-news.db")
    assert number(tmp_path / "union-news.db") == 0


class Killed(BaseException):
    """What ends a publish where it stands."""


@pytest.mark.soak
@pytest.mark.parametrize("step", ["publish", "_filed", "write_list", "_make_current", "_sweep", "_link"])
@pytest.mark.parametrize("after", [False, True])
def test_a_killed_publish_leaves_all_consistent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    make(tmp_path, 0)
    make(tmp_path, 1)
    work = getattr(publications, step)

    def killed(*given: object, **more: object) -> None:
        if after:
            work(*given, **more)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(publications, step, killed)
        patched.setattr(shutil, "rmtree", lambda *given, **more: None)  # a kill cleans nothing up
        with pytest.raises(Killed):
            make(tmp_path, 2)
    now = number(tmp_path / "union-news.db")
    assert now == (2 if step == "_make_current" and after else 1)
    assert set(whole(tmp_path)) in ({0, 1}, {0, 1, 2})
    make(tmp_path, 3)
    assert whole(tmp_path) == ([1, 2, 3] if now == 2 else [0, 1, 3])
    assert len(list((tmp_path / "publications").iterdir())) == 3, "what the kill left is swept"


def test_two_publishes_at_once(tmp_path: Path) -> None:
    make(tmp_path, 0)
    with publications._alone(tmp_path / "union-news.db"), pytest.raises(ArchiveError, match="another publish"):
        make(tmp_path, 1)


def test_a_damaged_list_is_named(tmp_path: Path) -> None:
    make(tmp_path, 0)
    (tmp_path / LIST).write_text("[]")
    with pytest.raises(ArchiveError, match=r"publications\.json.*move it away"):
        make(tmp_path, 1)
    assert number(tmp_path / "union-news.db") == 0


def test_the_site_says_which_one_it_is(tmp_path: Path) -> None:
    made = make(tmp_path, 0)
    (tmp_path / "bulk").mkdir()
    for path in (tmp_path / "union-news.db", file_of(tmp_path / "union-news.db", made.kept)):
        site = Site(path)
        assert made.kept.sha256 in site.get("/gioi-thieu").text
        assert made.kept.sha256 in site.get("/gioi-thieu?lang=en").text
        assert made.kept.sha256 in site.get("/tai-ve").text
        site.close()


def test_a_file_that_is_in_no_list_has_no_hash_to_show(site: Site) -> None:
    assert "SHA-256" not in site.get("/gioi-thieu").text


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNION_ARCHIVE_DATA", str(tmp_path))

    def run(*arguments: str, status: int = 0) -> str:
        done = CliRunner().invoke(main, ["publish", *arguments])
        assert done.exit_code == status, done.output
        return done.output

    build(tmp_path / "archive.db", numbered(0))
    first = json.loads(run("--json"))
    assert first["path"] == str(tmp_path / "site" / "union-news.db")
    assert {"articles", "districts", "school_years", "bytes", "seconds", "sha256"} <= first.keys()
    (tmp_path / "archive.db").unlink()
    build(tmp_path / "archive.db", numbered(1))
    assert "11 articles" in run("--keep", "2")
    (tmp_path / "archive.db").unlink()
    build(tmp_path / "archive.db", numbered(-5))
    assert "--accept-fall" in run(status=1)
    assert [one["current"] for one in json.loads(run("--list", "--json"))] == [False, True]
    assert first["sha256"] in run("--back")
    assert [line.startswith("*") for line in run("--list").splitlines()[2:]] == [True, False]
    assert "5 articles" in run("--accept-fall")
    assert json.loads(run("--back", "--json"))["sha256"] == first["sha256"]
    assert "stand alone" in run("--back", "--list", status=2)
    assert "stand alone" in run("--back", "--keep", "3", status=2)
