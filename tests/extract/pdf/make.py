"""Prints the pages of this folder as PDFs, when one of them is changed: python -m tests.extract.pdf.make"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
RUNNING = '<div style="font: 9px DejaVu Serif; width: 100%; text-align: center">{}</div>'


def main() -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        for page in sorted(HERE.glob("*.html")):
            tab = chromium.new_page()
            tab.set_content(page.read_text("utf-8"))
            tab.pdf(
                path=page.with_suffix(".pdf"),
                prefer_css_page_size=True,
                tagged=False,
                display_header_footer=page.stem == "ke-hoach",
                header_template=RUNNING.format("Liên đoàn Lao động huyện Mẫu Sơn"),
                footer_template=RUNNING.format('<span class="pageNumber"></span>'),
            )
        chromium.close()


if __name__ == "__main__":
    main()
