"""The site in a real Chromium: found by typing, readable on a telephone, silent in the console."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from site_archive import HOSTILE_TITLE, Site
from site_server import served

CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]

TELEPHONE, SCREEN = 390, 1280


@pytest.fixture(scope="module")
def address(site_db: Path) -> Iterator[str]:
    with served(site_db) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture(params=[TELEPHONE, SCREEN])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty page of a width; at the end nothing may stand in its console."""
    context = browser.new_context(base_url=address, viewport={"width": request.param, "height": 800})
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert said == []


def check_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} scrolls sideways"


def test_from_the_search_box_to_the_article(page: Page) -> None:
    page.goto("/")
    check_fits(page)
    page.get_by_role("searchbox").fill("dam ha")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem?q=dam+ha")
    check_fits(page)
    assert page.get_by_role("heading", name="4 bài có “dam ha”").is_visible()
    page.get_by_role("link", name="Phòng GD&ĐT huyện Đầm Hà").click()
    assert page.get_by_role("heading", level=1).inner_text().endswith("huyện Đầm Hà")
    check_fits(page)
    page.get_by_role("link", name="Huyện Đầm Hà").click()
    page.wait_for_url("**/tim-kiem?huyen=dam-ha-quang-ninh")
    assert page.get_by_role("heading", name="3 bài").is_visible()
    page.get_by_role("link", name="Bỏ lọc Huyện Đầm Hà").first.click()
    page.wait_for_url("**/tim-kiem")
    assert page.get_by_role("heading", name="12 bài").is_visible()


def test_a_facet_narrows_the_result(page: Page) -> None:
    page.goto("/tim-kiem?q=dam+ha")
    page.get_by_role("complementary").get_by_role("link", name="2019-2020").click()
    page.wait_for_url("**/tim-kiem?q=dam+ha&nam-hoc=2019-2020")
    assert page.get_by_role("heading", name="1 bài có “dam ha”").is_visible()


@pytest.mark.parametrize("path", ["/gioi-thieu", "/union-news", "/union-news/articles?_search=dam+ha"])
def test_other_pages(page: Page, path: str) -> None:
    response = page.goto(path)
    assert response is not None
    assert response.status == 200


def test_the_sources_and_how_they_fare(page: Page, watched_db: Path) -> None:
    with served(watched_db) as address:
        for language, heading in (("vi", "Nguồn tin"), ("en", "Sources")):
            page.goto(f"{address}/nguon?lang={language}")
            assert page.get_by_role("heading", level=1).inner_text() == heading
            check_fits(page)
            row = page.get_by_role("row", name="LĐLĐ tỉnh Hà Nam")
            assert row.get_by_role("cell").count() == 4, "still a table to a screen reader"
        page.goto(f"{address}/gioi-thieu")
        page.get_by_role("navigation").get_by_role("link", name="Nguồn tin").click()
        page.get_by_role("link", name="LĐLĐ huyện Bình Lục").click()
        page.wait_for_url("**/tim-kiem?nguon=ha-nam.binh-luc")
        assert page.get_by_role("heading", name="3 bài").is_visible()


def test_hostile_text_does_nothing(page: Page, site: Site) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto("/tim-kiem?q=" + "nháy kép")
    page.get_by_role("link", name="nháy kép").click()
    assert page.get_by_role("heading", level=1).inner_text() == HOSTILE_TITLE
    check_fits(page)
