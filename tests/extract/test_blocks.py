"""What cleaning keeps of tables, lists, subheadings and quotations, and how it divides lines."""

import pytest

from archive.extract.blocks.clean import blocks, blocks_of
from tests.extract.small_pages import ADDRESS, FIRST, OTHER_TEXT, SECOND, THIRD, p, page, read, texts

ROWS = [["STT", "Đơn vị", "Số suất"], ["1", "Trường tiểu học Bản Mù", "12"], ["2", "Trạm y tế", "8"]]


def table(rows: list[list[str]], *, cell: str = "td", around: str = "{}") -> str:
    lines = ("".join(f"<{cell}>{around.format(text)}</{cell}>" for text in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


@pytest.mark.parametrize("cell", ["td", "th", "td align='center'"])
@pytest.mark.parametrize(
    "around", ["{}", "<p>{}</p>", "<b>{}</b>", "<div><span>{}</span></div>", "{}<br>", " {}&nbsp;"]
)
def test_a_table_s_rows_are_paragraphs_and_a_table(cell: str, around: str) -> None:
    markup = table(ROWS, cell=cell, around=around).replace(f"</{cell}>", f"</{cell.split()[0]}>")
    article = read(page(p(FIRST) + markup + p(SECOND)))
    assert article.tables == [ROWS]
    assert article.paragraphs == [FIRST, *map(" | ".join, ROWS), SECOND]


@pytest.mark.parametrize("tag", ["tbody", "thead", "tfoot"])
def test_rows_are_rows_in_every_part_of_a_table(tag: str) -> None:
    inner = table(ROWS).removeprefix("<table>").removesuffix("</table>")
    assert read(page(p(FIRST) + f"<table><{tag}>{inner}</{tag}></table>" + p(SECOND))).tables == [ROWS]


def test_each_table_is_its_own() -> None:
    assert read(page(p(FIRST) + table(ROWS) + p(SECOND) + table(ROWS[::-1]))).tables == [ROWS, ROWS[::-1]]


def test_an_empty_cell_is_kept_and_an_empty_row_is_not() -> None:
    article = read(page(p(FIRST) + table([*ROWS, ["", "", ""], ["", "Cộng", "20"]]) + p(SECOND)))
    assert article.tables == [[*ROWS, ["", "Cộng", "20"]]]
    assert " | Cộng | 20" in f" {article.body}"


@pytest.mark.parametrize(
    "layout",
    [
        "<table><tr><td>{0}</td></tr><tr><td>{1}</td></tr></table>",
        "<table><tr><td></td><td>{0}<br><br>{1}</td></tr></table>",
        "<table><tr><td><table><tr><td>{0}</td></tr></table></td><td>{1}</td></tr></table>",
        "<table><tr><td>{0}</td><td></td></tr><tr><td>{1}</td><td></td></tr><tr><td></td><td></td></tr></table>",
        "<table><tr><td colspan=2>{0}</td></tr><tr><td><p>{1}</p></td><td>&nbsp;</td></tr></table>",
    ],
)
def test_a_layout_table_has_no_rows(layout: str) -> None:
    article = read(page(layout.format(FIRST, SECOND) + p(THIRD)))
    assert (article.paragraphs, article.tables) == ([FIRST, SECOND, THIRD], [])


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("<ul><li>Một suất quà</li><li>Hai suất quà</li></ul>", ["Một suất quà", "Hai suất quà"]),
        ("<ol><li><p>Gạo nếp.</p></li><li><div>Dầu ăn.</div></li></ol>", ["Gạo nếp.", "Dầu ăn."]),
        ("<ul><li>Gạo<ul><li>nếp</li><li>tẻ</li></ul></li></ul>", ["Gạo", "nếp", "tẻ"]),
        ("<dl><dt>Gạo</dt><dd>Mười cân mỗi nhà</dd></dl>", ["Gạo", "Mười cân mỗi nhà"]),
        ("<h2>Chặng đường đầu</h2>", ["Chặng đường đầu"]),
        ("<h3><b>Chặng đường đầu</b></h3>", ["Chặng đường đầu"]),
        ("<p><b>Chặng đường đầu</b></p>", ["Chặng đường đầu"]),
        (f"<blockquote>“{OTHER_TEXT}”</blockquote>", [f"“{OTHER_TEXT}”"]),
        (f"<blockquote><p>{OTHER_TEXT}</p><p>Chị Mai nói</p></blockquote>", [OTHER_TEXT, "Chị Mai nói"]),
        (f"<blockquote><br>{OTHER_TEXT}<br><br></blockquote>", [OTHER_TEXT]),
        ("<p>- Gạo nếp;<br>- Dầu ăn;<br>- Mì tôm.</p>", ["- Gạo nếp; - Dầu ăn; - Mì tôm."]),
        (f"<fieldset><legend>Quà mùa mưa</legend>{OTHER_TEXT}</fieldset>", ["Quà mùa mưa", OTHER_TEXT]),
        (f"<details><summary>Quà mùa mưa</summary>{OTHER_TEXT}</details>", ["Quà mùa mưa", OTHER_TEXT]),
        (table(ROWS).replace("<table>", "<table><caption>Nơi nhận</caption>"), ["Nơi nhận", *map(" | ".join, ROWS)]),
        ("<p>- Gạo nếp;</p><p>- Dầu ăn.</p>", ["- Gạo nếp;", "- Dầu ăn."]),
    ],
)
def test_lists_subheadings_and_quotations_stay_in_order(markup: str, wanted: list[str]) -> None:
    assert texts(p(FIRST) + markup + p(SECOND, THIRD)) == [FIRST, *wanted, SECOND, THIRD]


@pytest.mark.parametrize(
    ("markup", "kinds"),
    [
        ("<h2>a</h2><p>b</p>c<ul><li>d</li></ul>", [("h", "a"), ("p", "b"), ("p", "c"), ("li", "d")]),
        ("<li><p>a</p>b</li>", [("li", "a"), ("li", "b")]),
        ("<h2><div>a</div></h2>", [("h", "a")]),
        ("<figure><img src=a><figcaption><p>b</p></figcaption></figure>", [("image", ""), ("caption", "b")]),
        ("<img src=a>", [("image", "")]),
        ("<p><img src=a></p><p>b</p>", [("image", ""), ("p", "b")]),
        ("<!-- a --><p>b</p>", [("p", "b")]),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", [("row", "a | b"), ("row", "c | d")]),
        ("   \n ", []),
        ("<p> </p><p>&nbsp;</p><div><br></div>", []),
    ],
)
def test_every_block_has_its_kind(markup: str, kinds: list[tuple[str, str]]) -> None:
    assert [(block.kind, block.text) for block in blocks(markup, ADDRESS)] == kinds


@pytest.mark.parametrize(
    ("markup", "marks"),
    [
        ("<p><b>a</b></p>", {"bold"}),
        ("<p><strong><em>a</em></strong></p>", {"bold", "italic"}),
        ("<p><b>a</b> mà không đậm</p>", set()),
        ("<p><i>a</i></p>", {"italic"}),
        ("<strong><p>a</p></strong>", {"bold"}),
        ("<p align=center>a</p>", {"center"}),
        ("<center><p>a</p></center>", {"center"}),
        ('<p style="text-align: right">a</p>', {"right"}),
        ('<div style="TEXT-ALIGN:center"><p>a</p></div>', {"center"}),
        ('<p class="has-text-align-right">a</p>', {"right"}),
        ('<p class="rteright">a</p>', {"right"}),
        ('<p class="text-center">a</p>', {"center"}),
        ("<p>a</p>", set()),
    ],
)
def test_a_block_knows_how_it_is_set(markup: str, marks: set[str]) -> None:
    (block,) = blocks(markup, ADDRESS)
    told = {"bold": block.bold, "italic": block.italic, block.align: bool(block.align)}
    assert {mark for mark, is_so in told.items() if is_so} == marks


@pytest.mark.parametrize(("markup", "share"), [("<a href=/x>ab</a>", 1.0), ("<a href=/x>a</a>b", 0.5), ("ab", 0.0),
                                               ("<p><a href=/x><b>ab</b></a></p>", 1.0)])  # fmt: skip
def test_a_block_knows_how_much_of_it_is_linked(markup: str, share: float) -> None:
    assert [block.linked for block in blocks(markup, ADDRESS)] == [share]


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ("a<br>b", ["a b"]),
        ("a<br><br>b", ["a", "b"]),
        ("a<br>&nbsp;<br>b", ["a", "b"]),
        (f"{FIRST}<br>b", [FIRST, "b"]),
        (f"{FIRST[:-1]}<br>b", [f"{FIRST[:-1]} b"]),
        (f"{FIRST[:-1]}:<br>b", [f"{FIRST[:-1]}:", "b"]),
        ("Một câu ngắn.<br>b", ["Một câu ngắn. b"]),
        ("<br><br>a<br><br><br><br>", ["a"]),
    ],
)
def test_an_empty_line_divides_and_a_break_only_after_a_sentence(parts: str, wanted: list[str]) -> None:
    assert [block.text for block in blocks(parts, ADDRESS)] == wanted
    assert [block.text for block in blocks(f"<p>{parts}</p>", ADDRESS)] == wanted


@pytest.mark.parametrize("fragments", [
    ("<p>a</p>", "", "b", "<table><tr><td>c</td></tr></table>"), ("", "", "", ""), ("</div>a", "b", "", ""),
    ("<p>a", "<div>b", "</td>c", "<li>d"), ("<td>a</td>", "b</body>", "<html>c", "d")])  # fmt: skip
def test_fragments_are_read_together_as_alone(fragments: tuple[str, ...]) -> None:
    together = [[block.text for block in zone] for zone in blocks_of(fragments, ADDRESS)]
    assert together == [[block.text for block in blocks(html, ADDRESS)] for html in fragments]
