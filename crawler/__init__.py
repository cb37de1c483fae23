"""The Scrapy project: source records in, captures out."""
