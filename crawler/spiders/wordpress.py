"""WordPress: REST, else its feed page by page, else its sitemap."""

from crawler.spiders.listing import Family as Family
