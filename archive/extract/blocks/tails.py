"""What stands among an article's blocks and is not its own: other news after it or in boxes within it, buttons,
labels, the title again."""

import re
from collections import Counter
from collections.abc import Sequence

from archive.extract.blocks import Block, is_document
from archive.extract.blocks.names import is_labelled, is_person, named
from archive.extract.dates.written import is_date_line
from archive.extract.phrases import is_body_name, is_box, is_furniture, is_imprint, is_tail, leads_on
from archive.text import fold

# An address alone; how long ago the article was put there.
_BESIDE_TITLE = re.compile(r"https?://\S+|\d+ (?:năm|tháng|tuần|ngày|giờ|phút) trước", re.IGNORECASE)
_LABEL_LONGEST = 60
_LABEL_WORDS = 6
_BOX_LINKS = 0.2
"""Share of links in what follows a box below which it is no list of other news."""


def until_tail(blocks: Sequence[Block]) -> list[Block]:
    """The blocks before other news begins; a box of other news within the text is passed over."""
    found: list[Block] = []
    holders: Counter[int] = Counter()
    place = 0
    while place < len(blocks):
        block = blocks[place]
        holders[block.holder] += block.is_prose
        if block.kind == "row" or len(block.text) >= _LABEL_LONGEST or not is_tail(block.text):
            found.append(block)
            place += 1
            continue
        goes_on = _after_box(holders, blocks, place) if is_box(block.text) else None
        if goes_on is None:
            break
        place = goes_on
    return found


def _after_box(holders: Counter[int], blocks: Sequence[Block], label: int) -> int | None:
    """Where the text goes on after a box of links that a label heads; None where it does not."""
    following = label + 1
    if blocks[label].linked >= 0.8 and following < len(blocks) and blocks[following].is_prose:
        return following  # a button, no heading: the text goes on at once
    text_holder = max(holders, key=holders.__getitem__, default=0)
    if not holders[text_holder]:
        return None
    end = next((at for at in range(label + 1, len(blocks)) if is_tail(blocks[at].text)), len(blocks))
    rest = [at for at in range(label + 1, end) if blocks[at].text and blocks[at].kind != "caption"]
    if blocks[label].holder != text_holder:
        back = next((at for at in rest if blocks[at].holder == text_holder and blocks[at].is_prose), None)
        if back is not None:
            return back
    text = [at for at in rest if blocks[at].linked < 0.5]
    if not text:
        return None
    prose = [blocks[at].is_prose for at in text]
    linked = sum(blocks[at].linked * len(blocks[at].text) for at in rest)
    runs_on = all(prose[:2]) and len(prose) >= 2 and rest.index(text[1]) == rest.index(text[0]) + 1
    if runs_on or (prose.count(True) >= 2 and linked < _BOX_LINKS * sum(len(blocks[at].text) for at in rest)):
        return text[0]
    return None


def own_blocks(blocks: Sequence[Block], title: str, writer: str | None = None) -> list[Block]:
    """The article's own blocks: no title again, no button, no date line, no list of links and no label of one."""
    found: list[Block] = []
    links = 0
    dated = False
    for block in blocks:
        if not found and (block.text == writer or (dated and _is_byname(block))):
            continue  # beneath the title; at the end it is a byline
        dated = dated or is_date_line(block.text)
        if is_content(block, title) or _is_told_date(block, found):
            found.append(block)
            links = 0
        elif block.text and block.linked >= 0.5:
            links += 1
            if links == 2 and found and _is_label(found[-1]):
                found.pop()
    return found


def without_last_headings(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without headings that nothing follows: they head what was taken away."""
    end = len(blocks)
    while end and blocks[end - 1].kind == "h":
        end -= 1
    return list(blocks[:end])


def is_content(block: Block, title: str) -> bool:
    """Whether a block is the article's own."""
    if block.kind == "image" or (not block.text and block.links):
        return True
    if block.role == "date" or is_furniture(block.text) or is_imprint(block.text) or _says(block.text, title):
        return False
    if (block.kind != "row" and is_date_line(block.text)) or _BESIDE_TITLE.fullmatch(block.text):
        return False
    if leads_on(block.text) and block.linked >= 0.3:
        return False
    if len(block.text) <= _LABEL_LONGEST and is_labelled(block.text):
        person = named(block.text).person
        if is_person(person):
            return True  # a byline; its name is often a link to the writer's page
        if is_body_name(person):
            return False
    if block.linked < (0.5 if len(block.text) <= _LABEL_LONGEST else 0.8):
        return True
    # Only a document's link is content when nothing but the link is there.
    return any(is_document(link) for link in block.links)


def _is_told_date(block: Block, before: Sequence[Block]) -> bool:
    """Whether a date line is a sentence of the text: "Thời gian: 8 giờ, ngày 12/12/2020."."""
    if not block.text.endswith(".") or not is_date_line(block.text):
        return False
    return any(other.is_prose for other in before)


def _is_byname(block: Block) -> bool:
    """Whether a line is no more than the name of a body, as pages show who put an article there."""
    return block.kind == "p" and len(block.text) <= _LABEL_LONGEST and not block.ends and is_body_name(block.text)


def _says(text: str, title: str) -> bool:
    return len(text) <= len(title) + 8 and fold(text) == fold(title)


def _is_label(block: Block) -> bool:
    if block.kind in ("row", "image", "caption") or block.links or len(block.text) > _LABEL_LONGEST:
        return False
    if is_person(named(block.text).person):
        return False
    if block.text.endswith(":"):
        return True
    return not block.ends and (block.kind == "h" or block.bold or len(block.text.split()) <= _LABEL_WORDS)
