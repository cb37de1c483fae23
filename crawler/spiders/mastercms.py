"""MasterCMS newspapers: /<slug>-<id>.html, listings paged by offset: /<category>&s_cond=&BRSR=<n>, without "?"."""

import re
from collections.abc import Iterator

from scrapy.http import TextResponse

from crawler.family import FamilySpider, ListedLink
from crawler.links import article_anchors, date_beside, next_page

_ARTICLE = re.compile(r"/[^/?#]+-\d+\.html(?:$|[?#])")
_LIST = "div.list_news, div.col_category, .cat-listing"


class Family(FamilySpider):
    """Only the category's own list is read: its sidebars name articles of every other category."""

    sure = _ARTICLE

    def article_links(self, response: TextResponse) -> Iterator[ListedLink]:
        lists = response.css(_LIST)
        listed = {anchor.attrib.get("href") for anchor in lists.css("a[href]")}
        for anchor in article_anchors(response, _ARTICLE):
            if not lists or anchor.attrib["href"] in listed:
                yield ListedLink(response.urljoin(anchor.attrib["href"].strip()), date_beside(anchor))

    def next_pages(self, response: TextResponse) -> list[str]:
        return next_page(response)
