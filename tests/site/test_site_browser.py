"""The site in a real Chromium: found by typing, readable on a telephone and in the dark, usable with a keyboard and a
screen reader, silent in the console."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from site_archive import HOSTILE_TITLE, Site, article_id
from site_pages import PAGES, SMALL, addresses, in_english
from site_server import served
from test_site_findings import FIRST, fill

from archive.publish import publish

CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]

TELEPHONE, SCREEN = 390, 1280
ALL = addresses(**SMALL, article=article_id("https://binhluc.example/cao-phong"), version="2")


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
    yield from opened(browser, address, request.param)


@pytest.fixture
def dark_page(browser: Browser, address: str) -> Iterator[Page]:
    """The same for a reader whose screen is dark."""
    yield from opened(browser, address, TELEPHONE, dark=True)


def opened(browser: Browser, address: str, width: int, *, dark: bool = False) -> Iterator[Page]:
    scheme = "dark" if dark else "light"
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert [line for line in said if "status of 404" not in line or "/bai/khong-co" not in page.url] == []


def check_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} scrolls sideways"


def check_accessible(page: Page) -> None:
    """axe finds nothing that it calls serious or critical."""
    found = [
        (rule["id"], [node["html"] + node.get("failureSummary", "") for node in rule["nodes"]])
        for rule in Axe().run(page).response["violations"]
        if rule["impact"] in ("serious", "critical")
    ]
    assert found == [], page.url


def check_page(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer
    assert answer.status == (404 if "khong-co" in address and "?q" not in address else 200), address
    check_fits(page)
    # What is folded away must fit and be readable too.
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    check_fits(page)
    check_accessible(page)


@pytest.mark.soak
@pytest.mark.parametrize("name", PAGES)
def test_every_page_in_both_languages(page: Page, name: str) -> None:
    check_page(page, ALL[name])
    check_page(page, in_english(ALL[name]))


@pytest.mark.soak
@pytest.mark.parametrize("name", PAGES)
def test_every_page_in_the_dark(dark_page: Page, name: str) -> None:
    check_page(dark_page, ALL[name])


@pytest.mark.soak
def test_an_article_with_all_that_was_found_in_it(page: Page, tmp_path: Path) -> None:
    fill(tmp_path / "archive.db")
    publish(tmp_path / "archive.db", tmp_path / "union-news.db")
    with served(tmp_path / "union-news.db") as address:
        check_page(page, f"{address}/bai/{article_id(FIRST)}")
        check_page(page, f"{address}/bai/{article_id(FIRST)}?lang=en")


def test_with_the_keyboard_alone(page: Page) -> None:
    """Tab reaches the content, the search box, and the first result."""
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left >= 0"), "seen once it has the focus"
    tab_to(page, "#q", 20)
    page.keyboard.type("dam ha")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem?q=dam+ha")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to(page, ".hits h3 a", 60)
    page.keyboard.press("Enter")
    page.wait_for_url("**/bai/*")
    tab_to(page, ".anchor", 60)
    assert page.evaluate("getComputedStyle(document.activeElement).opacity") == "1"
    page.keyboard.press("Enter")
    page.wait_for_url("**/ban-luu/1#d1")


def tab_to(page: Page, selector: str, most: int) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", "a reader sees where the focus is"
            return
    raise AssertionError(f"{selector} is not reached with {most} presses of Tab on {page.url}")


def test_the_other_language_is_one_click_away(page: Page) -> None:
    page.goto("/tim-kiem?q=dam+ha")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/tim-kiem?q=dam+ha&lang=en")
    page.locator(".hits h3 a").first.click()
    page.wait_for_url("**/bai/*?lang=en")
    page.get_by_role("searchbox").fill("binh luc")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem?q=binh+luc&lang=en")
    page.get_by_role("link", name="Tiếng Việt").click()
    page.wait_for_url("**/tim-kiem?q=binh+luc")


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
    page.wait_for_url("**/huyen/dam-ha-quang-ninh")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Huyện Đầm Hà")
    page.goto("/tim-kiem?huyen=dam-ha-quang-ninh")
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


@pytest.mark.soak
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
