"""Kho tin công đoàn: captures in, a searchable archive out. Knows nothing of Scrapy and fetches nothing."""

__version__ = "0.1.0"
