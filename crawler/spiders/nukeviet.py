"""NukeViet: the news sitemap, then the categories page by page."""

from crawler.spiders.listing import Family as Family
