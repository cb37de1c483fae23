"""The registry as Scrapy sees it: one spider a source record, so that `scrapy list` is the registry."""

from __future__ import annotations

import builtins
import sys
from importlib import import_module

from scrapy import Request, Spider
from scrapy.settings import BaseSettings
from scrapy.utils.misc import walk_modules_iter
from scrapy.utils.spider import iter_spider_classes

from archive.sources import Source, SourceError, registry
from crawler.family import FamilySpider


def spider_class(source: Source) -> type[FamilySpider]:
    """The spider that walks a record, whether the registry has it or not."""
    family: type[FamilySpider] = import_module(f"crawler.spiders.{source.family}").Family
    return type(family.__name__, (family,), {"name": source.id, "source": source})


class RecordLoader:
    """Spiders by id: a class of its family for each record, and hand-written ones beside them."""

    def __init__(self, settings: BaseSettings):
        try:
            records = registry()
        except SourceError as error:
            sys.exit(str(error))  # Scrapy would print a traceback; the lines name file, id, field and cure
        self.spiders: dict[str, type[Spider]] = {}
        for module in settings.getlist("SPIDER_MODULES"):
            for part in walk_modules_iter(module):
                self.spiders |= {spider.name: spider for spider in iter_spider_classes(part)}
        for source in records:
            self.spiders[source.id] = spider_class(source)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> RecordLoader:
        return cls(settings)

    def load(self, spider_name: str) -> type[Spider]:
        try:
            return self.spiders[spider_name]
        except KeyError:
            raise KeyError(f"no source has the id {spider_name!r}; `scrapy list` shows them") from None

    def list(self) -> list[str]:
        return list(self.spiders)

    def find_by_request(self, request: Request) -> builtins.list[str]:
        return [name for name, spider in self.spiders.items() if spider.handles_request(request)]
