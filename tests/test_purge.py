"""Captured bytes erased on request: with the withdrawal, or when a row was written by hand; their hashes stay."""

import json
from contextlib import closing
from pathlib import Path

import pytest
import zstandard

from archive.captures import CaptureStore
from archive.decisions import read_decisions
from archive.errors import PurgedError
from archive.folder import DataFolder
from archive.lock import locked
from archive.rebuild import rebuild
from archive.verify import verify
from archive.warc.export import export_warc
from archive.warc.intake import import_warcs
from archive.withdraw import withdraw
from tests.conftest import Operator
from tests.crawler.test_harvest import query
from tests.filled import take
from tests.withdrawing import REASON, WORD, marked, new_publication, the_id, told, withdrawable, write_by_hand

pytestmark = pytest.mark.soak


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return withdrawable(tmp_path / "data")


@pytest.mark.parametrize("passage", ["", WORD])
def test_a_purge_erases_the_captured_bytes(folder: DataFolder, tmp_path: Path, passage: str) -> None:
    identifier = the_id(folder)
    with closing(CaptureStore(folder.crawl_db)) as captures:
        export_warc(captures, warc := tmp_path / "before.warc.gz")
        pages = [one for one in captures.ids() if captures.get(one).body == marked().body]
        dictionaries = captures.connection.execute("SELECT count(*) FROM dictionaries").fetchone()[0]
    hashes = query(folder.crawl_db, "SELECT id, sha256, size FROM captures ORDER BY id")
    done = withdraw(folder, identifier, REASON, passage=passage, purge=True)
    assert done.captures_erased == 3  # two versions, and the file that hangs on the first
    assert query(folder.crawl_db, "SELECT id, sha256, size FROM captures ORDER BY id") == hashes
    with closing(CaptureStore(folder.crawl_db)) as captures:
        with pytest.raises(PurgedError, match="erased on request"):
            captures.get(pages[0])
        kept = [captures.get(one).body for one in captures.ids() if one not in pages and one > 3]
        assert len(kept) == 3 and dictionaries == 1
        assert not any(WORD.encode() in content for content in dictionaries_of(captures))
        assert captures.verify() == []
        assert export_warc(captures, tmp_path / "after.warc.gz") == 3
    texts = query(folder.archive_db, "SELECT body FROM articles ORDER BY id")
    faults: list[str] = []
    rebuild(folder.crawl_db, folder.archive_db, decisions=read_decisions(folder), faults=faults)
    assert faults == []
    assert query(folder.archive_db, "SELECT body FROM articles ORDER BY id") == texts
    with closing(CaptureStore(folder.crawl_db)) as captures:
        assert import_warcs([warc], captures).faults == []
    assert take(folder) == []
    new_publication(folder)
    assert told(folder, identifier) == set()
    assert verify(folder, seed=1).problems == []
    with closing(CaptureStore(folder.crawl_db)) as captures:
        assert not any(WORD.encode() in captures.get(one).body for one in captures.ids() if not erased(captures, one))


def erased(captures: CaptureStore, capture_id: int) -> bool:
    try:
        captures.get(capture_id)
    except PurgedError:
        return True
    return False


def dictionaries_of(captures: CaptureStore) -> list[bytes]:
    rows = captures.connection.execute("SELECT content FROM dictionaries").fetchall()
    return [zstandard.ZstdDecompressor().decompress(row[0]) for row in rows]


def test_a_row_with_purge_that_was_written_by_hand_is_carried_out_by_the_next_publish(
    operator: Operator, folder: DataFolder
) -> None:
    identifier = the_id(folder)
    write_by_hand(folder, f"{identifier},,{REASON},2026-11-23,yes")
    before = operator.run("union-archive", "verify", "--sample", "0")
    assert before.returncode == 1
    assert "capture 1: its bytes are still there, and withdrawals.csv purges them; run `union-archive publish`" in (
        before.stderr
    )
    with locked(folder.lock):  # a harvest is at work: what the site shows does not wait for it
        refused = operator.run("union-archive", "publish")
    assert refused.returncode == 1
    assert "the site is published, but the captures that withdrawals.csv purges are not erased" in refused.stderr
    assert told(folder, identifier) == set()
    assert erased_by(operator) == 0
    done = operator.run("union-archive", "publish", "--json")
    assert (done.returncode, json.loads(done.stdout)["captures_erased"]) == (0, 3), done.stderr
    with closing(CaptureStore(folder.crawl_db)) as captures:
        assert sum(erased(captures, one) for one in captures.ids()) == 3
        assert captures.verify() == []
    assert erased_by(operator) == 3
    assert told(folder, identifier) == set()
    assert json.loads(operator.run("union-archive", "publish", "--json").stdout)["captures_erased"] == 0
    table = operator.run("union-archive", "verify").stdout
    assert ["captures", "erased", "on", "request", "3", "none"] in [line.split() for line in table.splitlines()]


def erased_by(operator: Operator) -> int:
    """How many captures are erased, as `verify --json` says."""
    checks = json.loads(operator.run("union-archive", "verify", "--json").stdout)["checks"]
    (found,) = (check["looked_at"] for check in checks if check["name"] == "captures erased on request")
    assert isinstance(found, int)
    return found
