"""Looking at one site before it becomes a source: what publishes it, what a crawl would find, the record for it."""
