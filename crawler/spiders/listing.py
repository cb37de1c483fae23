"""Any HTML list of links: the generic family, for the systems nobody has written a family for."""

from functools import cached_property

from crawler.family import FamilySpider
from crawler.links import page_of


class Family(FamilySpider):
    """Its articles are all links of a listing outside menus, header and footer; extraction tells what is none."""

    def is_article_address(self, url: str) -> bool:
        return super().is_article_address(url) and page_of(url)[0] not in self.listing_stems

    @cached_property
    def listing_stems(self) -> frozenset[str]:
        """The listings without what says the page: a link to one of their pages is no article."""
        return frozenset(page_of(listing)[0] for listing in self.listing_addresses)
