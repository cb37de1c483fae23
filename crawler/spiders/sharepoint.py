"""SharePoint portals: /Pages/<slug>.aspx, and the Vietnamese /Trang/ChiTietTinTuc.aspx?nid=<n>."""

import re
from collections.abc import Iterator

from scrapy.http import TextResponse

from crawler.family import FamilySpider, ListedLink
from crawler.links import article_anchors, date_beside, next_page

_NUMBERED = re.compile(r"/ChiTiet\w*\.aspx\?(?:[^#]*&)?(?:nid|ItemID)=\d+", re.IGNORECASE)
_ARTICLE = re.compile(rf"{_NUMBERED.pattern}|/Pages/[^/?#]+\.aspx(?:$|#)", re.IGNORECASE)


class Family(FamilySpider):
    """Paging by postback is not followed: no probed host needs it yet."""

    sure = _NUMBERED

    def article_links(self, response: TextResponse) -> Iterator[ListedLink]:
        for anchor in article_anchors(response, _ARTICLE):
            url = response.urljoin(anchor.attrib["href"].strip())
            if not self.is_listing(url):
                yield ListedLink(url, date_beside(anchor))

    def next_pages(self, response: TextResponse) -> list[str]:
        return next_page(response)
