"""Only what differs from Scrapy's defaults, each line with its reason."""

import os

BOT_NAME = "union-news-archive"
SPIDER_LOADER_CLASS = "crawler.loader.RecordLoader"  # one spider a source record
SPIDER_MODULES = ["crawler.spiders"]
COMMANDS_MODULE = "crawler.commands"

# Honest and polite: sites of small offices, asked slowly and by name; UNION_ARCHIVE_CONTACT says whom they can reach.
_contact = os.environ.get("UNION_ARCHIVE_CONTACT") or "contact@union-news-archive.example"
USER_AGENT = f"union-news-archive/0.1 (+https://union-news-archive.example/about; {_contact})"
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 2.5  # NukeViet blocks at 150 requests in 300 s; with 0 Scrapy breaks its own limit a host
DOWNLOAD_DELAY_JITTER = 0  # jitter must not undercut the delay
CONCURRENT_REQUESTS_PER_DOMAIN = 1
AUTOTHROTTLE_ENABLED = True
CONCURRENT_ITEMS = 4  # Scrapy begins as many tasks for each answer; ours yields one item
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads our source again for each answer
COOKIES_ENABLED = False  # no visitor, no session
REFERER_ENABLED = False  # no site needs it

# Bounded: no page holds the crawl or the memory.
DOWNLOAD_TIMEOUT = 20
DOWNLOAD_MAXSIZE = 8 << 20
DOWNLOAD_WARNSIZE = 4 << 20
REDIRECT_MAX_TIMES = 5
RETRY_TIMES = 2
URLLENGTH_LIMIT = 1000
CLOSESPIDER_PAGECOUNT = 5000  # a night's worth at one page in 2.5 s; a first crawl goes on the next night

# Closed: what comes from the web decides nothing, and nobody steers the crawler from outside.
METAREFRESH_ENABLED = False  # not guarded like a redirect
DOWNLOAD_VERIFY_CERTIFICATES = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
HTTPPROXY_ENABLED = False  # a proxy of the environment would resolve names where the guard does not see it
TWISTED_DNS_RESOLVER = "crawler.guard.GlobalResolver"

DOWNLOADER_MIDDLEWARES = {
    "crawler.reading.ReadAhead": 10,  # outermost: sees an answer when all else is done with it
    "crawler.guard.GuardMiddleware": 40,  # before robots.txt is asked for, at 100
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.robots.RobotsTxt": 100,  # in its place
    "crawler.answers.Wholeness": 540,  # outside Scrapy's retry and unpacking
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.answers.Unpacking": 590,  # in its place
    "crawler.politeness.Politeness": 595,  # before Scrapy's retry would ask again at once
}
SPIDER_MIDDLEWARES = {
    "crawler.walk.WalkMiddleware": 900,  # nearest to the spider: sees what it yields
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # nothing reads how deep a page is
}
ITEM_PIPELINES = {"crawler.pipeline.ArchivePipeline": 500}
EXTENSIONS = {"crawler.health.RunReport": 500}

FEED_EXPORT_ENCODING = "utf-8"
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
