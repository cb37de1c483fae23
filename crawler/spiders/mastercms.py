"""MasterCMS newspapers: /<slug>-<id>.html, listings paged by offset: /<category>&s_cond=&BRSR=<n>, without "?"."""

import re
from collections.abc import Iterator

from scrapy.http import TextResponse

from crawler.family import FamilySpider
from crawler.links import ListedLink, absolute, listed_links

_LIST = "div.list_news, div.col_category, .cat-listing"


class Family(FamilySpider):
    """Only the category's own list is read: its sidebars name articles of every other category."""

    sure = re.compile(r"/[^/?#]+-\d+\.html(?:$|[?#])")

    def article_links(self, response: TextResponse) -> Iterator[ListedLink]:
        lists = response.css(_LIST)
        inside = {absolute(response, href) for href in lists.css("a::attr(href)").getall()}
        return (link for link in listed_links(response, self.sure) if not lists or link.url in inside)
