"""Writing the static copy: each page is asked of the site in this process, rewritten and written down."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from archive.database import connect_read_only
from archive.site.cite import FORMATS
from archive.site.datasette_api import DATABASE
from archive.site.places.charts import KINDS
from archive.site.places.outline import sources
from archive.site.shared import ASSETS, assets
from archive.site.sources.lists import PATH as SOURCES
from archive.site.sources.lists import anchor, every_page
from archive.static.addresses import FIGURE_PAGES, PAGES, SEARCH, Addresses, file_of
from archive.static.feeds import static_feed, static_sitemap
from archive.static.index import add, articles, search_index
from archive.static.pages import Place, has_list, listing, next_of, static_page, with_listing

_HOST = "http://dia-chi-cua-ban-tinh.invalid"
"""What the server is told it is called: no text has it, so that it can be replaced by any address."""
_LISTED = """
    SELECT 'huyen' AS place, slug FROM units WHERE level = 'district'
    UNION SELECT 'tinh', slug FROM units WHERE level IN ('province', 'province_2025')
    UNION SELECT 'nam-hoc', value FROM facet_counts WHERE facet = 'school_year'
"""
_WITHDRAWN = "SELECT DISTINCT id FROM withdrawals WHERE n IS NULL"


class Writer:
    """One copy: the site it is made of, the folder it goes to, the address it will have (without a last slash)."""

    def __init__(self, datasette: Any, site_db: Path, folder: Path, address: str):
        self.datasette, self.site_db, self.folder, self.address = datasette, site_db, folder, address
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=datasette.app()), base_url=_HOST)
        self.addresses = Addresses({}, frozenset(KINDS))

    async def write(self, step: Callable[[int], None]) -> None:
        """Everything. `step` is told how many articles are written."""
        await self._know()
        async with self.client, search_index(self.folder / "pagefind") as index:
            for done, row in enumerate(articles(self.site_db), 1):
                await self._article(row["id"])
                await add(index, row)
                step(done)
            await self._tombstones()
            await self._others()
        # Pagefind's own boxes, which our page does not use.
        for file in (self.folder / "pagefind").glob("pagefind-*ui.*"):
            file.unlink()
        (self.folder / "pagefind" / "pagefind-highlight.js").unlink(missing_ok=True)

    async def _know(self) -> None:
        """Which lists there are, and where the row of each source stands: in the list of its province."""
        lists: dict[str, set[str]] = {"huyen": set(), "tinh": set(), "nam-hoc": set(), "nguon": set()}
        with closing(connect_read_only(self.site_db)) as db:
            for row in db.execute(_LISTED):
                lists[row["place"]].add(row["slug"])
        rows: dict[str, str] = {}
        for found in every_page(await sources(self.datasette.get_database(DATABASE))):
            wanted = replace(found.wanted, page=1)
            lists["nguon"].add(wanted.address.removeprefix(SOURCES).strip("/"))
            if wanted.province and not wanted.state:
                here = _numbered(wanted.address, found.wanted.page)
                rows |= {entry.id: f"{here}/#{anchor(entry.id)}" for group in found.groups for entry in group.entries}
        lists["nguon"].discard("")  # the list of all is one of PAGES
        self.addresses = Addresses({place: frozenset(some) for place, some in lists.items()}, frozenset(KINDS), rows)

    async def _article(self, identifier: str) -> None:
        path = f"/bai/{identifier}"
        record = await self._file(f"{path}.json")
        await self._page(path)
        names = [f"{path}.{name}" for name in ("txt", *FORMATS)]
        for version in (entry["version"] for entry in record.json()["versions"]):
            await self._page(f"{path}/ban-luu/{version}")
            names += [f"{path}/ban-luu/{version}.{name}" for name in FORMATS]
        for name in names:
            await self._file(name)

    async def _tombstones(self) -> None:
        """What was withdrawn is still said under its address; a plain file cannot say 410."""
        with closing(connect_read_only(self.site_db)) as db:
            for row in db.execute(_WITHDRAWN):
                path = f"/bai/{row['id']}"
                self._write_page(path, (await self.client.get(path)).text)
                for name in ("json", "txt"):
                    self._put(f"{path}.{name}", (await self.client.get(f"{path}.{name}")).content)

    async def _others(self) -> None:
        for name, asset in assets().items():
            self._put(f"{ASSETS}{name}", asset.body)
        for path in PAGES:
            if path not in ("/so-lieu", SOURCES):
                await self._page(path)
        for place, values in self.addresses.lists.items():
            for value in sorted(values):
                if place != "nguon":
                    await self._list(place, value)
        for value in ("", *sorted(self.addresses.lists["nguon"])):
            await self._paged(f"{SOURCES}/{value}".rstrip("/"))
        for name in KINDS:
            await self._file(f"/bieu-do/{name}.csv")
        await self._paged("/so-lieu", FIGURE_PAGES)
        await self._feed("/feed.atom", "/")
        await self._feed("/so-lieu.atom", "/so-lieu")
        await self._sitemap()
        await self._search()

    async def _list(self, place: str, value: str) -> None:
        """The page of a district, a province or a school year, with all its articles in pages."""
        path, html = f"/{place}/{value}", (await self._get(f"/{place}/{value}")).text
        if place == "huyen":
            await self._feed(f"{path}.atom", path)
        number = 1
        found = await self._listing(place, value, number) if has_list(html) else None
        if found is None:
            self._write_page(path, html)
        while found is not None:
            here = path if number == 1 else f"{path}/{number}"
            self._write_page(here, with_listing(html, found, path))
            number += 1
            found = await self._listing(place, value, number) if found.more else None

    async def _listing(self, place: str, value: str, number: int) -> Any:
        query = {place: value} | ({"trang": str(number)} if number > 1 else {})
        return listing((await self._get("/tim-kiem", query)).text, number)

    async def _paged(self, path: str, most: int | None = None) -> None:
        """A list whose pages follow each other on the server, as far as `most`."""
        address: str | None = path
        known = {path: f"{path}/"}
        for number in count(1):
            if address is None:
                return
            html = (await self._get(address)).text
            address = next_of(html) if number != most else None
            if address:
                known[address] = f"{_numbered(path, number + 1)}/"
            self._write_page(_numbered(path, number), html, known)

    async def _feed(self, path: str, page: str) -> None:
        body = (await self._get(path)).content
        self._put(path, static_feed(body, f"{_HOST}{path}", f"{_HOST}{page}"))

    async def _sitemap(self) -> None:
        await self._file("/sitemap.xml")
        part = 0
        while (found := await self.client.get(f"/sitemap-{part}.xml")).status_code == 200:
            body = static_sitemap(found.content, self.addresses) if part == 0 else found.content
            self._put(f"/sitemap-{part}.xml", body)
            part += 1
        self._put("/robots.txt", f"User-agent: *\nDisallow:\nSitemap: {_HOST}/sitemap.xml\n".encode())

    async def _search(self) -> None:
        html = await self.datasette.render_template("union/static_search.html", {"address": f"{_HOST}/tim-kiem"})
        self._write_page("/tim-kiem", html)
        self._put(f"{SEARCH}find.js", files("archive.static").joinpath("find.js").read_bytes())

    async def _page(self, path: str) -> None:
        self._write_page(path, (await self._get(path)).text)

    async def _file(self, path: str) -> httpx.Response:
        found = await self._get(path)
        self._put(path, found.content)
        return found

    async def _get(self, path: str, query: Mapping[str, str] | None = None) -> httpx.Response:
        found = await self.client.get(path, params=query, follow_redirects=True)
        return found.raise_for_status()

    def _write_page(self, path: str, html: str, also: Mapping[str, str] | None = None) -> None:
        here = path if path == "/" else f"{path}/"
        self._put(here, static_page(html, Place(here, self.addresses, also or {})).encode())

    def _put(self, path: str, body: bytes) -> None:
        file = self.folder / file_of(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body.replace(_HOST.encode(), self.address.encode()))


def _numbered(path: str, number: int) -> str:
    """Where the copy has a page of a list."""
    return path if number == 1 else f"{path}/{number}"
