"""NukeViet: the news sitemap, then the categories page by page (/<category>/page-<n>/)."""

import re
from dataclasses import replace

from scrapy.http import Response

from crawler.family import FamilySpider
from crawler.feeds import kind_of
from crawler.links import Page

_OTHER = "about|siteterms|page|contact|download|faq|shops"
"""Modules whose pages look like articles, or whose sitemaps name none."""


class Family(FamilySpider):
    """Articles are /<category>/<slug>-<id>.html, or ?language=vi&nv=news&op=<category>/<slug>-<id> where addresses are
    not rewritten; each has copies to print and to save."""

    sure = article = re.compile(
        rf"^(?!.*/(?:print|savefile|sendmail|{_OTHER})/)"
        r".*(?:/[^/?#]+-[1-9]\d*\.html(?:$|[?#])|[?&]op=[^&#]+(?:/|%2F)[^&#]+-[1-9]\d*(?:$|[&#]))",
        re.IGNORECASE,
    )
    own_feeds = ("/sitemap.xml",)
    sitemaps = re.compile(rf"^(?!.*\.(?:{_OTHER})\.xml)", re.IGNORECASE)

    def read(self, response: Response) -> Page:
        """The minutes of its RSS are the month: a day can be read there, no time."""
        page = super().read(response)
        if kind_of(response) != "feed":
            return page
        return replace(page, links=[replace(link, listed=link.listed and link.listed[:10]) for link in page.links])
