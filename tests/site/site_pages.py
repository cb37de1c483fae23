"""Every page of the site, for what is asked of all of them: browser tests, weights, screenshots."""

PAGES: dict[str, str] = {
    "trang-chu": "/",
    "tim-kiem": "/tim-kiem?q={query}",
    "tim-kiem-khong-co": "/tim-kiem?q=khong+co+gi+ca",
    "bai": "/bai/{article}",
    "ban-luu": "/bai/{article}/ban-luu/{version}",
    "tinh": "/tinh",
    "mot-tinh": "/tinh/{province}",
    "huyen": "/huyen",
    "mot-huyen": "/huyen/{district}",
    "nam-hoc": "/nam-hoc",
    "mot-nam-hoc": "/nam-hoc/{year}",
    "so-lieu": "/so-lieu",
    "bieu-do": "/bieu-do",
    "tai-ve": "/tai-ve",
    "nguon": "/nguon",
    "gioi-thieu": "/gioi-thieu",
    "loi": "/bai/khong-co",
}
"""Name (in a screenshot's file name) → address; braces hold what differs from one archive to another."""


def addresses(**values: str) -> dict[str, str]:
    """The pages of an archive: name → address in Vietnamese. `values` are what stands in braces above."""
    return {name: address.format(**values) for name, address in PAGES.items()}


SMALL = {"query": "dam+ha", "district": "dam-ha-quang-ninh", "province": "quang-ninh", "year": "2021-2022"}
"""What the archive of site_archive.py has; tests add article and version."""


def in_english(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang=en"
