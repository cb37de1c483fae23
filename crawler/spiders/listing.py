"""Any HTML list of links: the generic family, for the systems nobody has written a family for."""

import re
from collections.abc import Iterator

from scrapy.http import TextResponse

from crawler.family import FamilySpider, ListedLink
from crawler.links import article_anchors, date_beside, next_page, page_of


class Family(FamilySpider):
    """Its articles are all links of a listing outside menus, header and footer; extraction tells what is none."""

    def article_links(self, response: TextResponse) -> Iterator[ListedLink]:
        pattern = re.compile(self.source.links) if self.source.links else None
        listings = {page_of(response.urljoin(path))[0] for path in self.source.listing}
        for anchor in article_anchors(response, pattern):
            url = response.urljoin(anchor.attrib["href"].strip())
            if page_of(url)[0] not in listings:
                yield ListedLink(url, date_beside(anchor))

    def next_pages(self, response: TextResponse) -> list[str]:
        return next_page(response)
