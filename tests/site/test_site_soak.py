"""Publishing again and again while the site is being read."""

import os
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from publications import FEWEST, make, numbers
from site_archive import article_id
from site_server import fetch, running

SEARCH = "/tim-kiem.json?q=%E1%BA%A5n+b%E1%BA%A3n"
PERMALINK = f"/bai/{article_id('https://binhluc.example/3')}"
PUBLISHES, CLIENTS = 50, 4


@pytest.mark.soak
def test_fifty_publishes_under_a_constant_load_of_searches(tmp_path: Path) -> None:
    """No request fails, no answer is made of two publications, and the server does not grow."""
    make(tmp_path, 0)
    stop = threading.Event()
    seen: list[set[int]] = [set() for _ in range(CLIENTS)]
    asked = [0] * CLIENTS

    with running(tmp_path / "union-news.db") as (address, process):

        def load(client: int) -> None:
            while not stop.is_set():
                for path in (SEARCH, SEARCH.replace(".json", ""), "/", PERMALINK, "/union-news/articles?_size=5"):
                    status, _, page = fetch(address + path)
                    assert status == 200, (path, status, page)
                    found = numbers(page)
                    assert len(found) == 1, (path, found)
                    if path == SEARCH:
                        (total,) = re.findall(r'"total": (\d+)', page)
                        assert int(total) == FEWEST + max(found), "the count and the titles are of one publication"
                    seen[client] |= found
                    asked[client] += 1

        with ThreadPoolExecutor(CLIENTS) as clients:
            work = [clients.submit(load, client) for client in range(CLIENTS)]
            try:
                sizes = []
                for n in range(1, PUBLISHES + 1):
                    make(tmp_path, n)
                    if n % 5 == 0:
                        _until(lambda n=n: all(n in one for one in seen) or any(each.done() for each in work))  # type: ignore[misc]
                        sizes.append(_held(process))
                    if any(each.done() for each in work):
                        break
            finally:
                stop.set()
            for each in work:
                each.result()

    assert all(PUBLISHES in one for one in seen), "the last one was seen by all"
    print(f"\n{sum(asked)} requests, {len(set.union(*seen))} publications seen; (threads, files, MB): {sizes}")
    (threads, files, _), (_, _, early) = sizes[0], sizes[2]
    assert max(size[0] for size in sizes) <= threads + 8
    assert max(size[1] for size in sizes) <= files + 20
    assert sizes[-1][2] <= early * 1.3, sizes


def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _held(process: int) -> tuple[int, int, int]:
    """Threads, open files and resident memory in MB of a process."""
    status = Path(f"/proc/{process}/status").read_text()
    numbers = [int(re.search(rf"{key}:\s+(\d+)", status)[1]) for key in ("Threads", "VmRSS")]  # type: ignore[index]
    return numbers[0], len(os.listdir(f"/proc/{process}/fd")), numbers[1] // 1024
