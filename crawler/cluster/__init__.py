"""A harvest past one process: one job = one host = one Scrapy process = one shard, which comes home and is merged.

driver  → `seed` what the host needs, `submit`, merge each shard as it comes home (driver.py, seed.py, merge.py)
worker  → lock of the host on its machine, lease in the store, Scrapy on the shard, the shard home (job.py, lease.py)
Scrapy  → the spiders as ever, with the texts of the seed in the place of archive.db (crawl.py, texts.py)

Everything between them is a file in the shard store (store.py). Nothing here is imported without `--workers`,
`--cluster` or a job.
"""
