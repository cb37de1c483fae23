"""Liferay portals: /-/asset_publisher/<instance>/content/<slug>, listings paged by the portlet's `cur`."""

import re
from collections.abc import Iterator

from scrapy.http import TextResponse

from crawler.family import FamilySpider
from crawler.links import ListedLink, listed_links


class Family(FamilySpider):
    """Every address of the asset publisher is an article."""

    sure = re.compile(r"/-/asset_publisher/[^/]+/content/[^?#]+")

    def article_links(self, response: TextResponse) -> Iterator[ListedLink]:
        return listed_links(response, self.sure)
