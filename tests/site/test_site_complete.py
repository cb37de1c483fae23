"""The fields that complete, in a real Chromium: with a keyboard, with a pointer, silent in the console."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright
from site_server import served

CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]


@pytest.fixture
def page(site_db: Path) -> Iterator[Page]:
    with served(site_db) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM)
        page = chromium.new_page(base_url=address)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        yield page
        chromium.close()
        assert said == []


@pytest.mark.soak
def test_a_district_is_completed_by_keyboard_and_by_pointer(page: Page) -> None:
    page.goto("/tim-kiem?q=hoi+nghi")
    place = page.get_by_role("combobox", name="Huyện hoặc tỉnh")
    place.press_sequentially("dam")
    option = page.get_by_role("option", name="Huyện Đầm Hà (Quảng Ninh)")
    expect(option).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    place.press("Escape")
    expect(option).to_be_hidden()
    place.press_sequentially(" h")
    expect(option).to_be_visible()
    place.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    place.press("Enter")
    page.wait_for_url("**huyen=dam-ha-quang-ninh**")
    assert parse_qs(urlsplit(page.url).query) == {"q": ["hoi nghi"], "huyen": ["dam-ha-quang-ninh"]}
    page.get_by_role("combobox", name="Năm học").press_sequentially("2019")
    page.get_by_role("option", name="2019-2020").click()
    page.wait_for_url("**nam-hoc=2019-2020**")
    assert parse_qs(urlsplit(page.url).query)["huyen"] == ["dam-ha-quang-ninh"]
