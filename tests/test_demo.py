"""make demo SERVE=no, as it is run: on its fixed ports, in a folder of its own, twice."""

import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.sites import content
from tests.sites.server import FIXED_PORTS
from tests.sites.systems import SYSTEMS


def in_use(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


pytestmark = pytest.mark.skipif(
    any(map(in_use, FIXED_PORTS.values())), reason="a sample web is running on this machine"
)


def demo(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.demo", "--serve", "no"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "SCRAPY_SETTINGS_MODULE": "crawler.settings"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_demo_ends_with_its_table_twice(tmp_path: Path) -> None:
    for _ in range(2):
        done = demo(tmp_path)
        assert done.returncode == 0, done.stderr
        heading, _rule, *lines = done.stdout.splitlines()
        assert heading.split("  ") != [heading]
        for column in ("source", "pages fetched", "articles", "districts", "school years", "seconds"):
            assert column in heading
        rows = {line.split()[0]: line.split()[1:] for line in lines}
        assert list(rows) == [*sorted(SYSTEMS), "all"]
        assert all(int(row[1]) == 14 for source, row in rows.items() if source != "all")
        assert int(rows["all"][1]) == 70
    with closing(sqlite3.connect(tmp_path / "data" / "demo" / "site" / "union-news.db")) as site:
        assert site.execute("SELECT value FROM publication WHERE key = 'sample'").fetchone()[0] in (1, "1")
        published = {code for (code,) in site.execute("SELECT code FROM places WHERE level = 'district'")}
    named = {code for site_id in SYSTEMS for article in content.articles(site_id) for code in article.districts}
    assert named <= published


def test_a_port_in_use_ends_the_demo_with_one_line(tmp_path: Path) -> None:
    port = FIXED_PORTS["mau.dam-ha"]
    with socket.create_server(("127.0.0.1", port)):
        done = demo(tmp_path)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"port {port} of 127.0.0.1")
    assert "end the program that uses it" in line
    assert not (tmp_path / "data").exists()
