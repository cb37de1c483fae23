"""Any RSS or Atom feed, or sitemap, as the listing."""

from crawler.spiders.listing import Family as Family
