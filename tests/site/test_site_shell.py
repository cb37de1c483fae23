"""The shell around the site: it changes to a new publication without a pause, and never shows two in one answer."""

import asyncio
import gc
import logging
import os
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette.app import Datasette  # type: ignore[import-untyped]
from publications import FEWEST, make, numbers
from site_archive import METADATA

from archive import shell as shelling
from archive.errors import ArchiveError
from archive.publications import back
from archive.serve import datasette
from archive.shell import Shell
from archive.site.datasette_api import Message, Receive, Scope, Send

SEARCH = "/tim-kiem.json?q=%E1%BA%A5n+b%E1%BA%A3n"


@pytest.fixture(autouse=True)
def _look_always(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shelling, "LOOK_SECONDS", 0.0)
    yield


class Running:
    """A shell under test, in one event loop."""

    def __init__(self, folder: Path):
        self.shell = Shell(folder / "union-news.db", lambda path: datasette(path, METADATA))
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.shell), base_url="http://site.example")

    async def number(self) -> int:
        """Which publication answers."""
        answer = (await self.client.get(SEARCH)).json()
        (found,) = numbers(" ".join(hit["title"] for hit in answer["results"]))
        assert answer["total"] == FEWEST + found
        return found

    async def changed(self) -> int:
        """Which one answers after the next look."""
        await self.client.get("/robots.txt")
        while self.shell._changing:
            await asyncio.sleep(0.01)
        return await self.number()

    async def idle(self) -> None:
        while self.shell._closing:
            await asyncio.sleep(0.01)


def in_a_shell(folder: Path, work: Callable[[Running], Coroutine[Any, Any, None]]) -> None:
    async def whole() -> None:
        running = Running(folder)
        await work(running)
        await running.shell.close()

    asyncio.run(whole())


def test_a_new_publication_is_shown_and_the_old_one_closed(tmp_path: Path) -> None:
    make(tmp_path, 0)

    async def work(site: Running) -> None:
        assert await site.number() == 0
        old = site.shell._now.datasette
        threads = threading.active_count()
        sha256 = make(tmp_path, 1).kept.sha256
        assert await site.changed() == 1
        assert sha256 in (await site.client.get("/gioi-thieu")).text
        await site.idle()
        assert old.executor._shutdown
        assert threading.active_count() <= threads + 1, "but for those of asyncio.to_thread"
        back(tmp_path / "union-news.db")
        assert await site.changed() == 0

    in_a_shell(tmp_path, work)


def test_the_change_is_made_behind_the_requests(tmp_path: Path) -> None:
    make(tmp_path, 0)

    async def work(site: Running) -> None:
        assert await site.number() == 0
        make(tmp_path, 1)
        assert await site.number() == 0, "the first request after it does not wait"
        assert await site.changed() == 1

    in_a_shell(tmp_path, work)


@pytest.mark.soak
def test_a_request_stays_with_the_publication_it_began_with(tmp_path: Path) -> None:
    make(tmp_path, 0)

    async def work(site: Running) -> None:
        assert await site.number() == 0
        old = site.shell._now
        begun, go_on = asyncio.Event(), asyncio.Event()
        whole = old.app

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            async def sending(message: Message) -> None:
                begun.set()
                await go_on.wait()
                await send(message)

            await whole(scope, receive, sending)

        old.app = slow
        request = asyncio.ensure_future(site.client.get("/union-news/articles?_size=5"))
        await begun.wait()
        for n in (1, 2, 3, 4):  # its file is removed, too
            make(tmp_path, n)
        assert await site.changed() == 4
        assert site.shell._now is not old
        assert (old.requests, old.datasette.executor._shutdown) == (1, False)
        (hits,) = (await old.datasette.client.get(SEARCH)).json()["results"][:1]
        assert numbers(hits["title"]) == {0}, "the next query of that request"
        go_on.set()
        assert numbers((await request).text) == {0}
        await site.idle()
        assert old.datasette.executor._shutdown

    in_a_shell(tmp_path, work)


def test_a_file_that_was_removed_is_not_offered_any_more(tmp_path: Path) -> None:
    make(tmp_path, 0)

    async def work(site: Running) -> None:
        assert await site.number() == 0
        make(tmp_path, 1, keep=1)
        assert (await site.client.get("/tai-ve")).status_code == 200
        make(tmp_path, 2, keep=1)
        download = await site.client.get("/union-news.db")
        assert download.content == (tmp_path / "union-news.db").read_bytes()

    in_a_shell(tmp_path, work)


@pytest.mark.parametrize("harm", ["no database", "half a file", "none"])
def test_a_broken_file_leaves_the_old_one_in_place(tmp_path: Path, caplog: pytest.LogCaptureFixture, harm: str) -> None:
    make(tmp_path, 0)
    site_db = tmp_path / "union-news.db"

    async def work(site: Running) -> None:
        assert await site.number() == 0
        content = site_db.read_bytes()
        site_db.unlink()
        if harm != "none":
            site_db.write_bytes(b"no database" * 1000 if harm == "no database" else content[: len(content) // 3])
        for _ in range(3):
            assert await site.changed() == 0
        assert len(caplog.records) == (harm != "none"), "said once"
        assert all("the old one is: " in record.getMessage() for record in caplog.records)
        make(tmp_path, 1)
        assert await site.changed() == 1

    with caplog.at_level(logging.ERROR, "archive.shell"):
        in_a_shell(tmp_path, work)


def test_a_site_that_only_shows_error_pages_is_not_changed_to(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, 0)

    async def work(site: Running) -> None:
        assert await site.number() == 0
        monkeypatch.setattr(shelling, "WARM", ("/", "/tim-kiem?q=x"))
        make(tmp_path, 1)
        opened = site.shell._open

        def broken(path: Path) -> Any:
            found = opened(path)
            found.sql_time_limit_ms = "none"  # every page fails
            return found

        site.shell._open = broken
        assert await site.changed() == 0
        assert "500" in caplog.text or "TypeError" in caplog.text or "the old one is" in caplog.text

    in_a_shell(tmp_path, work)


def test_nothing_to_serve_at_first(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no published archive"):
        Shell(tmp_path / "union-news.db", lambda path: datasette(path, METADATA))


def test_first_requests_all_at_once(tmp_path: Path) -> None:
    """Datasette lets the second one in before the first has started it."""
    make(tmp_path, 0)

    async def work(site: Running) -> None:
        assert await asyncio.gather(*(site.number() for _ in range(12))) == [0] * 12

    in_a_shell(tmp_path, work)


@pytest.mark.soak
def test_many_changes_leave_nothing_behind(tmp_path: Path) -> None:
    make(tmp_path, 0)
    make(tmp_path, 1)

    async def work(site: Running) -> None:
        def held() -> tuple[int, int, int]:
            gc.collect()
            files = sum("union-news.db" in os.readlink(f"/proc/self/fd/{fd}") for fd in _open_files())
            return threading.active_count(), files, sum(isinstance(one, Datasette) for one in gc.get_objects())

        assert await site.changed() == 1
        before = held()
        for n in range(6):
            back(tmp_path / "union-news.db") if n % 2 == 0 else make(tmp_path, 1)
            assert await site.changed() == n % 2
            await site.idle()
        threads, files, datasettes = held()
        assert (files, datasettes) == before[1:]
        assert threads <= before[0] + 2, "those of asyncio.to_thread are few and stay"

    in_a_shell(tmp_path, work)


def _open_files() -> list[int]:
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue
        found.append(int(name))
    return found
