"""docs/*.md as their readers use them. `sh` blocks are executed, a page as one script, against the sample web or an
archive made of it; `sh checkout` blocks here; `sh as-root` and `sh checked`, which change a server or take long, are
compared with the tools' own help. Every query gives rows, every address of the site an answer."""

import asyncio
import os
import re
import shlex
import shutil
import socket
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urldefrag
from urllib.request import urlopen

import pytest
import yaml

from archive.cli import main
from archive.serve import datasette
from tests.conftest import ROOT
from tests.docs import CONTRIBUTING, PAGES, READMES, addresses, blocks, fenced, without_comments
from tests.sites.content import articles
from tests.sites.server import SampleWeb
from tests.sites.systems import SYSTEMS

pytestmark = pytest.mark.soak

BIN = Path(sys.executable).parent
VERBS = {"pip", "docker", "dask", "scrapy"}
"""Programs that have a help for each of their commands."""
SHELL = {"cd", "export"}
CHECKED = ("sh as-root", "sh checked")
HOST = "https://kho-tin.example.org"

SERVE = """
union-archive() {  # the site would be shown until Ctrl-C: here until it says where
    if [ "$1" != serve ]; then command union-archive "$@"; return; fi
    coproc SITE { exec union-archive "$@"; }
    site=$SITE_PID
    read -r line <&"${SITE[0]}"
    echo "$line"
    kill "$site"; wait "$site" || true
    case $line in *http://*) ;; *) return 1 ;; esac
}
an_article() { test -f .one || python -c 'import sqlite3
print(*sqlite3.connect("data/archive.db").execute("SELECT min(id) FROM articles").fetchone())' >.one; cat .one; }
datasette() { command datasette "$@" --get '/union-news.json?sql=select+1' | grep '"ok": true'; }
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def run(script: str, folder: Path, web: SampleWeb | None = None) -> str:
    """A script of a page, in a folder, by a person who has set nothing; what it printed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("UNION_", "SCRAPY"))}
    allowed = web.environment() if web else {}
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    done = subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{SERVE}set -x\n{script}"],
        cwd=folder, env=clean | allowed | {"PATH": path}, capture_output=True, text=True, timeout=540, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def script(page: str, kind: str = "sh", **instead: str) -> str:
    """The blocks of a page as one script."""
    made = "".join(blocks(page, kind)).replace("--port 8001", f"--port {free_port()}")
    for example, real in instead.items():
        made = made.replace(example, real)
    return made


@pytest.fixture(scope="module")
def kho(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with the sample archive, published twice, with its files to take away. Not to be changed."""
    folder = tmp_path_factory.mktemp("published") / "kho"
    with SampleWeb() as web:
        run(f"union-archive init {folder}", folder.parent)
        web.write_records(folder / "sources")
        run("union-archive run\nunion-archive publish\nunion-archive export --bulk", folder, web)
    return folder


@pytest.fixture(scope="module")
def site(kho: Path) -> Iterator[str]:
    """That archive, served; its address."""
    command = [BIN / "union-archive", "serve", "--port", str(free_port())]
    with subprocess.Popen(command, cwd=kho, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            found = re.search(r"http://[\d.:]+", server.stdout.readline())
            assert found
            yield found[0]
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def article(kho: Path) -> tuple[str, str]:
    """The id of an article, and words of it."""
    with closing(sqlite3.connect(kho / "data" / "site" / "union-news.db")) as db:
        row = db.execute("SELECT id, substr(body, 1, 30) FROM articles WHERE published < '2024' LIMIT 1").fetchone()
    return row[0], row[1]


# One page of each pair: both have the same commands, as another test says.


def test_the_operators_page(web: SampleWeb, tmp_path: Path) -> None:
    site = "mau.binh-luc"
    listing = web.addresses[site] + SYSTEMS[site].listing_path(1)
    instead = {"https://binhluc.example.vn/tin-tuc": listing, "ha-nam.binh-luc": "ha-nam.binh-luc.cong-thong-tin"}
    run(script("operator.md", **instead, bgam5gqet2pb="$(an_article)"), tmp_path, web)
    assert (tmp_path / "kho" / "data" / "site" / "union-news.db").is_file()


def test_the_researchers_page(site: str, tmp_path: Path) -> None:
    run(script("researcher.md", **{HOST: site}), tmp_path)
    assert "Đầm Hà" in (tmp_path / "dam-ha.csv").read_text("utf-8-sig")
    (program,) = blocks("researcher.md", "python")
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert told == "70 articles, 5 without a date\n"


def test_the_publishers_page(kho: Path, article: tuple[str, str], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(kho, tmp_path / "kho"))
    identifier, words = article
    run(script("publisher.md", **{"bgam5gqet2pb": identifier, "chị Trần Thị A": words}), folder)
    with closing(sqlite3.connect(folder / "data" / "site" / "union-news.db")) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone()[0] == 69
    assert "Bài đã được gỡ" in (folder / "public" / "bai" / identifier / "index.html").read_text("utf-8")
    assert (tmp_path / "new-machine" / "data" / "site" / "union-news.db").is_file()


@pytest.mark.parametrize("page", ["developer.md", CONTRIBUTING])
def test_a_district_is_added(page: str, web: SampleWeb, tmp_path: Path) -> None:
    site = "mau.phu-xuyen"
    one = next(one for one in articles(site))
    instead = {
        "https://thanhliem.example.vn/tin-tuc/hop-mat-dau-nam": web.addresses[site] + SYSTEMS[site].article_path(one),
        "https://thanhliem.example.vn/tin-tuc": web.addresses[site] + SYSTEMS[site].listing_path(1),
    }
    run("union-archive init .\n" + script(page, **instead), tmp_path, web)
    (record,) = yaml.safe_load((tmp_path / "sources" / "ha-nam.yml").read_text("utf-8"))
    assert (record["id"], record["home"], record["enabled"]) == ("ha-nam.thanh-liem", "351", True)
    assert len(list((tmp_path / "tests" / "golden" / "ha-nam.thanh-liem").iterdir())) == 2


def test_the_developers_tests_and_benchmarks() -> None:
    run(script("developer.md", "sh checkout"), ROOT)


@pytest.mark.parametrize("query", blocks("researcher.md", "sql"))
def test_every_query_gives_rows(kho: Path, query: str) -> None:
    with closing(sqlite3.connect(f"file:{kho}/data/site/union-news.db?mode=ro", uri=True)) as db:
        rows = db.execute(query).fetchall()
    assert rows
    assert all(any(value for value in row) for row in rows)


@pytest.mark.parametrize("address", sorted({one for page in (*PAGES, *READMES) for one in addresses(page)}))
def test_every_address_answers(site: str, article: tuple[str, str], address: str) -> None:
    path, fragment = urldefrag(address.replace("<id>", article[0]))
    with urlopen(site + quote(path, safe="/?&=%+.")) as answer:
        assert answer.status == 200
        body = answer.read()
    assert not fragment or f'id="{fragment}"' in body.decode()


def test_a_contact_as_the_page_sets_it_is_shown(kho: Path, tmp_path: Path) -> None:
    """And metadata.yml holds the very lines, behind a #."""
    (block,) = blocks("publisher.md", "yaml metadata")
    shipped = (kho / "metadata.yml").read_text("utf-8")
    behind = re.sub(r"^", "# ", block, flags=re.M).rstrip("# ")
    assert behind in shipped
    (tmp_path / "metadata.yml").write_text(shipped.replace(behind, block), "utf-8")
    contact = yaml.safe_load(block)["plugins"]["union-archive"]["contact"]
    site = datasette(kho / "data" / "site" / "union-news.db", tmp_path / "metadata.yml")
    assert f"mailto:{contact}" in asyncio.run(site.client.get("/gioi-thieu")).text


def commands_that_are_checked() -> list[str]:
    lines = {
        line for page in PAGES for kind, block in fenced(page) if kind in CHECKED for line in without_comments(block)
    }
    return sorted(lines)


@pytest.mark.parametrize("line", commands_that_are_checked())
def test_a_command_that_is_not_run_is_known_to_its_tool(line: str) -> None:
    for command in line.split(" | "):
        words = shlex.split(command)
        if words[0] == "sudo":
            words = words[3:] if words[1] == "-u" else words[1:]
        program, *rest = words
        for word in rest:
            if word.startswith("deploy/"):
                assert (ROOT / word).is_file(), word
        if program in SHELL:
            continue
        if Path(program).name == "union-archive":
            known = {option for parameter in main.commands[rest[0]].params for option in parameter.opts}
            assert {word for word in rest if word.startswith("--")} <= known
            continue
        name = Path(program).name
        found = shutil.which(name) or shutil.which(name, path=f"/usr/sbin:{BIN}")
        if found is None:
            pytest.skip(f"{name} is not on this machine")
        verbs = rest[:1] if name in VERBS else []
        if name == "docker" and subprocess.run([found, *verbs, "version"], capture_output=True, check=False).returncode:
            pytest.skip("docker compose is not on this machine")
        shown = subprocess.run([found, *verbs, "--help"], capture_output=True, text=True, check=False)
        help_text = shown.stdout + shown.stderr
        assert all(word in help_text for word in rest if word.startswith("--") and name != "docker"), help_text
        if name == "make":
            assert re.search(rf"^{rest[0]}:", (ROOT / "Makefile").read_text(), re.M)


def test_libraries_to_install_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    known = [*project["dependencies"], *(one for some in project["optional-dependencies"].values() for one in some)]
    for line in commands_that_are_checked():
        if "pip install" in line and "*" not in line and "--require-hashes" not in line:
            wanted = shlex.split(line)[-1]
            assert any(one == wanted or re.match(rf"{re.escape(wanted)}\b", one) for one in known), wanted
