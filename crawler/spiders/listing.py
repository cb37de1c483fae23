"""Any HTML list of links: the generic family, for the systems nobody has written a family for."""

import re
from collections.abc import Iterator

from scrapy.http import TextResponse

from crawler.family import FamilySpider
from crawler.links import ListedLink, listed_links, page_of


class Family(FamilySpider):
    """Its articles are all links of a listing outside menus, header and footer; extraction tells what is none."""

    def article_links(self, response: TextResponse) -> Iterator[ListedLink]:
        pattern = re.compile(self.source.links) if self.source.links else None
        listings = {page_of(response.urljoin(path))[0] for path in self.source.listing}
        return (link for link in listed_links(response, pattern) if page_of(link.url)[0] not in listings)
