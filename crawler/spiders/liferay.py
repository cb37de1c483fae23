"""Liferay portals: /-/asset_publisher/<instance>/content/<slug>, listings paged by the portlet's `cur`."""

import re
from collections.abc import Iterator

from scrapy.http import TextResponse

from crawler.family import FamilySpider, ListedLink
from crawler.links import article_anchors, date_beside, next_page

_ARTICLE = re.compile(r"/-/asset_publisher/[^/]+/content/[^?#]+")


class Family(FamilySpider):
    """Every address of the asset publisher is an article."""

    sure = _ARTICLE

    def article_links(self, response: TextResponse) -> Iterator[ListedLink]:
        for anchor in article_anchors(response, _ARTICLE):
            yield ListedLink(response.urljoin(anchor.attrib["href"].strip()), date_beside(anchor))

    def next_pages(self, response: TextResponse) -> list[str]:
        return next_page(response)
