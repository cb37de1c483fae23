"""The whole result of a search: every article once, in the order of the list, however many there are."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from site_archive import BINH_LUC_SOURCE, DAM_HA, Page, Site, build, text

from archive.publish import publish
from archive.site.datasette_api import DATABASE
from archive.site.search.request import read_request
from archive.site.search.whole import BATCH, every

COUNT = BATCH + 700


class Arguments:
    """The query string as Datasette hands it over."""

    def __init__(self, query: str):
        self._params = httpx.QueryParams(query)

    def get(self, name: str, default: str = "") -> str:
        return str(self._params.get(name, default))

    def getlist(self, name: str) -> list[str]:
        return list(self._params.get_list(name))


def batches(site: Site, query: str) -> list[list[int]]:
    async def collected() -> list[list[int]]:
        found = every(site.datasette.databases[DATABASE], read_request(Arguments(query)))
        return [batch async for batch in found]

    return asyncio.run(collected())


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """More articles than one batch holds; every third has other accents, every fourth the words in its title."""
    folder = tmp_path_factory.mktemp("many")
    written: list[Page] = [
        (
            f"https://x.example/{n}",
            BINH_LUC_SOURCE,
            text(
                f"Tin Đầm Hà {n}" if n % 4 == 0 else f"Tin {n}",
                "đám hạ" if n % 3 == 0 else "Đầm Hà",
                published=f"20{n % 20 + 1:02}-01-{n % 28 + 1:02}" if n % 10 else None,
            ),
            [DAM_HA],
            [],
            "2021-01-01T00:00:00+00:00",
        )
        for n in range(COUNT)
    ]
    publish(build(folder / "archive.db", written), folder / "union-news.db")
    site = Site(folder / "union-news.db")
    yield site
    site.close()


@pytest.mark.parametrize(
    "query",
    ["", "q=dam ha", "q=Đầm Hà", "q=Đầm Hà&xep=moi-nhat", "huyen=dam-ha-quang-ninh", "q=tin&huyen=dam-ha-quang-ninh"],
)
def test_every_article_once_in_batches(many: Site, query: str) -> None:
    found = batches(many, query)
    ns = [n for batch in found for n in batch]
    assert all(0 < len(batch) <= BATCH for batch in found)
    assert len(found) > 1
    assert sorted(ns) == list(range(1, COUNT + 1))
    if "xep" in query or "q=" not in query:
        assert ns == sorted(ns, reverse=True)


@pytest.mark.parametrize("query", ["q=!!!", "huyen=khong-co", "q=khôngcóbàinào"])
def test_nothing_is_no_batch(many: Site, query: str) -> None:
    assert batches(many, query) == []


@pytest.mark.parametrize("query", ["", "q=dam ha", "q=Đầm Hà", "q=Đầm Hà&xep=moi-nhat"])
def test_the_order_is_that_of_the_list(site: Site, query: str) -> None:
    listed = site.json(f"/tim-kiem.json?{query}")
    ids = {row["n"]: row["id"] for row in site.json("/union-news/articles.json", _shape="array", _size="max")}
    assert [ids[n] for batch in batches(site, query) for n in batch] == [result["id"] for result in listed["results"]]
