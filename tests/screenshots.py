"""make screenshots: every page of the sample archive in both widths, in tests/screenshots."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from archive.folder import DataFolder
from archive.publish import publish
from tests.sites.server import SampleWeb

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "site"))

from site_pages import addresses, in_english  # noqa: E402 - tests/site is no package
from site_server import served  # noqa: E402

SERVE = (
    sys.executable,
    "-c",
    "import sys; from pathlib import Path; from archive.serve import serve; site = Path(sys.argv[1]); "
    "serve(site, port=int(sys.argv[3]), metadata=Path(sys.argv[2]), crawl_db=site.parent.parent / 'crawl.db')",
)
FOLDER = ROOT / "tests" / "screenshots"
WIDTHS = (390, 1280)
HEIGHT = 1_400
"""A screenshot shows this much of a page at most, so that it stays small."""
ENGLISH, DARK = ("trang-chu", "bai"), ("bai",)
"""The pages shown in English and in the dark as well."""

_SHOWN = """
    SELECT a.id, a.revisions FROM articles AS a JOIN sources AS s ON s.id = a.source WHERE s.show = 'full'
    ORDER BY a.revisions > 1 DESC, (SELECT count(*) FROM figures AS f WHERE f.n = a.n) DESC, a.n DESC LIMIT 1
"""
_DISTRICT = "SELECT slug FROM places WHERE level = 'district' ORDER BY articles DESC, slug LIMIT 1"
_PROVINCE = "SELECT value FROM facet_counts WHERE facet = 'province' ORDER BY articles DESC, value LIMIT 1"
_YEAR = "SELECT value FROM facet_counts WHERE facet = 'school_year' ORDER BY articles DESC, value LIMIT 1"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        site_db = sample_site(Path(folder))
        pages = addresses(**what_it_has(site_db))
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        with served(site_db, SERVE) as host:
            for name, address in pages.items():
                for width in WIDTHS:
                    shoot(browser, f"{host}{address}", f"{name}-{width}", width)
            for name in ENGLISH:
                shoot(browser, f"{host}{in_english(pages[name])}", f"{name}-1280-en", 1280)
            for name in DARK:
                shoot(browser, f"{host}{pages[name]}", f"{name}-1280-dark", 1280, dark=True)
        browser.close()


def sample_site(root: Path) -> Path:
    """The sample web, crawled and published in a folder of its own."""
    folder = DataFolder(root / "data")
    with SampleWeb() as web:
        web.write_records(root / "sources")
        own = {"UNION_ARCHIVE_DATA": str(folder.root), "UNION_ARCHIVE_SOURCES": str(root / "sources")}
        subprocess.run(
            [Path(sys.executable).parent / "scrapy", "harvest"],
            cwd=ROOT,
            env=os.environ | web.environment() | own,
            stdout=subprocess.DEVNULL,
            check=True,
        )
    publish(folder.archive_db, folder.site_db, crawl_db=folder.crawl_db)
    return folder.site_db


def what_it_has(site_db: Path) -> dict[str, str]:
    """What the addresses of pages need: the article with most to show, the places and years with most articles."""
    with closing(sqlite3.connect(f"file:{site_db}?mode=ro", uri=True)) as db:
        article, version = db.execute(_SHOWN).fetchone()
        district, province, year = (db.execute(sql).fetchone()[0] for sql in (_DISTRICT, _PROVINCE, _YEAR))
    return {
        "query": "dam+ha",
        "article": article,
        "version": str(version),
        "district": district,
        "province": province,
        "year": year,
    }


def shoot(browser: Browser, address: str, name: str, width: int, *, dark: bool = False) -> None:
    scheme = "dark" if dark else "light"
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    height = min(HEIGHT, page.evaluate("document.documentElement.scrollHeight"))
    page.screenshot(
        path=FOLDER / f"{name}.png", clip={"x": 0, "y": 0, "width": width, "height": height}, full_page=True
    )
    context.close()


if __name__ == "__main__":
    main()
