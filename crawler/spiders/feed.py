"""Any RSS or Atom feed, or sitemap, as the listing."""

from collections.abc import Iterable

from scrapy.http import TextResponse

from crawler.family import FamilySpider
from crawler.links import ListedLink


class Family(FamilySpider):
    """What a feed or sitemap names; a page in its place names nothing."""

    def article_links(self, response: TextResponse) -> Iterable[ListedLink]:
        return ()
