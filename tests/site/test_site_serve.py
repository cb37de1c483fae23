"""The server: what it refuses before it starts, and that plain Datasette serves the same site."""

import asyncio
import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from site_archive import METADATA, Site, build
from site_server import DATASETTE, fetch, served

from archive.errors import ArchiveError
from archive.publish import publish
from archive.serve import SETTINGS, datasette, serve


def test_the_settings_are_datasettes(site: Site) -> None:
    assert site.datasette._settings.items() >= SETTINGS.items()
    assert site.json("/-/settings.json")["default_allow_sql"] is False


def test_no_database(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"no published archive.*publish"):
        serve(tmp_path / "union-news.db", metadata=METADATA)


def test_no_metadata(site_db: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"none\.yml: there is no such file"):
        serve(site_db, metadata=tmp_path / "none.yml")


@pytest.mark.parametrize("text", ["{", "- a\n- b\n", "chữ", "a: b: c"])
def test_unusable_metadata(site_db: Path, tmp_path: Path, text: str) -> None:
    metadata = tmp_path / "metadata.yml"
    metadata.write_text(text, "utf-8")
    with pytest.raises(ArchiveError, match=r"metadata\.yml.*mend the file"):
        datasette(site_db, metadata)


def test_metadata_in_another_encoding(site_db: Path, tmp_path: Path) -> None:
    metadata = tmp_path / "metadata.yml"
    metadata.write_bytes("title: Kho".encode("utf-16"))
    with pytest.raises(ArchiveError, match="UTF-8"):
        datasette(site_db, metadata)


def test_another_name(site_db: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(site_db, tmp_path / "other.db"))
    with pytest.raises(ArchiveError, match=r"union-news\.db"):
        datasette(other, METADATA)


@pytest.mark.parametrize(("version", "message"), [(0, "today's form"), (999, "newer version")])
def test_another_version(site_db: Path, tmp_path: Path, version: int, message: str) -> None:
    other = Path(shutil.copy(site_db, tmp_path / "union-news.db"))
    with closing(sqlite3.connect(other)) as db:
        db.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(ArchiveError, match=message):
        datasette(other, METADATA)


def test_no_archive_at_all(tmp_path: Path) -> None:
    other = tmp_path / "union-news.db"
    with closing(sqlite3.connect(other)) as db, db:
        db.execute("CREATE TABLE t (x)")
        db.execute("PRAGMA user_version = 1")
    with pytest.raises(ArchiveError, match="no published archive"):
        datasette(other, METADATA)


def test_a_port_in_use(site_db: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ArchiveError, match="another --port"):
        serve(site_db, port=taken.getsockname()[1], metadata=METADATA)


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [("127.0.0.1", 70_000, "no such port"), ("no.such.host.invalid", 0, "no such host")],
)
def test_an_address_that_cannot_be_had(site_db: Path, host: str, port: int, message: str) -> None:
    with pytest.raises(ArchiveError, match=message):
        serve(site_db, host=host, port=port, metadata=METADATA)


def test_a_database_of_another_kind_keeps_datasettes_own_home_page(tmp_path: Path) -> None:
    """The plugin is installed, but it is not its database: nothing changes."""
    from datasette.app import Datasette  # type: ignore[import-untyped]

    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as db, db:
        db.execute("CREATE TABLE t (x)")
    plain = Site.__new__(Site)
    plain.datasette = Datasette([str(other)])
    assert "Kho tin" not in plain.get("/").text
    assert plain.get("/other").status_code == 200
    assert plain.get("/tim-kiem").status_code == 404
    plain.close()


def test_a_new_publication_does_not_mix_with_the_one_served(archive_db: Path, tmp_path: Path) -> None:
    """n is another article's in another publication: all threads must go on reading one file."""
    path = tmp_path / "union-news.db"
    publish(archive_db, path)
    running = Site(path)
    before = running.titles(q="dam ha")
    publish(build(tmp_path / "archive.db", []), path)

    async def many() -> list[httpx.Response]:
        return await asyncio.gather(*(running.datasette.client.get("/tim-kiem.json?q=dam+ha") for _ in range(20)))

    answers = [[hit["title"] for hit in answer.json()["results"]] for answer in asyncio.run(many())]
    assert answers == [before] * 20
    running.close()


def test_a_private_archive_is_private_on_our_pages_too(site_db: Path, tmp_path: Path) -> None:
    metadata = tmp_path / "metadata.yml"
    metadata.write_text("databases: {union-news: {tables: {articles: {allow: {id: root}}}}}", "utf-8")
    private = Site(site_db, metadata)
    for page in ("/", "/tim-kiem.json", "/gioi-thieu", "/union-news/articles"):
        assert private.get(page).status_code == 403
    private.close()


@pytest.mark.soak
def test_serve_answers_real_requests(site_db: Path) -> None:
    with served(site_db) as address:
        for path in ("/", "/tim-kiem?q=dam+ha", "/union-news"):
            status, headers, _ = fetch(address + path)
            assert (status, headers["x-content-type-options"]) == (200, "nosniff")


def test_plain_datasette_is_the_same_site(site_db: Path) -> None:
    with served(site_db, DATASETTE) as address:
        assert "Kho tin công đoàn" in fetch(f"{address}/")[2]
        assert '"total": 4' in fetch(f"{address}/tim-kiem.json?q=dam+ha")[2]
        assert fetch(f"{address}/union-news?sql=select+1")[0] == 403
