"""SharePoint portals: /Pages/<slug>.aspx, and the Vietnamese /Trang/ChiTietTinTuc.aspx?nid=<n>."""

import re
from collections.abc import Iterator

from scrapy.http import TextResponse

from crawler.family import FamilySpider
from crawler.links import ListedLink, listed_links

_NUMBERED = re.compile(r"/ChiTiet\w*\.aspx\?(?:[^#]*&)?(?:nid|ItemID)=\d+", re.IGNORECASE)
_ARTICLE = re.compile(rf"{_NUMBERED.pattern}|/Pages/[^/?#]+\.aspx(?:$|#)", re.IGNORECASE)


class Family(FamilySpider):
    """Paging by postback is not followed: no probed host needs it yet."""

    sure = _NUMBERED

    def article_links(self, response: TextResponse) -> Iterator[ListedLink]:
        return (link for link in listed_links(response, _ARTICLE) if not self.is_listing(link.url))
