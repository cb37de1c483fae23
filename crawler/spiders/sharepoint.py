"""SharePoint portals: /Pages/<slug>.aspx, and the Vietnamese /Trang/ChiTietTinTuc.aspx?nid=<n>."""

import re

from crawler.family import FamilySpider


class Family(FamilySpider):
    """Paging by postback is not followed: no probed host needs it yet."""

    sure = re.compile(r"/ChiTiet\w*\.aspx\?(?:[^#]*&)?(?:nid|ItemID)=\d+", re.IGNORECASE)
    article = re.compile(rf"{sure.pattern}|/Pages/[^/?#]+\.aspx(?:$|#)", re.IGNORECASE)
