"""What is remembered from one page to the next is short, whatever a page holds."""

from archive.extract.blocks import clean

LONG = "A" * 100_000


def test_only_short_addresses_are_remembered() -> None:
    clean._remembered.cache_clear()
    html = f'<p>Ảnh <img src="data:image/png;base64,{LONG}"> <a href="/{LONG}">xem</a> <a href="/tin">tin</a></p>'
    (block,) = clean.blocks(html, "https://a.vn/b")
    assert [link.url for link in block.links] == [f"https://a.vn/{LONG}", "https://a.vn/tin"]
    assert clean._remembered.cache_info().currsize == 1
