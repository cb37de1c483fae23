"""Telling the captions of pictures from paragraphs."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from archive.extract.blocks import Block
from archive.extract.blocks.names import is_labelled, names_writer

# The photographer's name ends a caption: "… Ảnh: Xuân Sơn", "(Ảnh: X.S)".
_PICTURE_MARK = re.compile(
    r"(?:^|[(\s.])(?:ảnh|photo|image)\s*(?:minh h[oọ]a|tư liệu)?\s*:\s*(?:\S+(?:\s+|$)){0,8}$", re.IGNORECASE
)
_LONGEST = 300


def mark_captions(blocks: Iterable[Block]) -> list[Block]:
    """The blocks, those of kind `caption` that stand in a picture's table or beneath a picture, or name its
    photographer."""
    blocks = list(blocks)
    pictured_tables = any(block.kind == "caption" for block in blocks)
    prose = [block for block in blocks if block.is_prose]
    leans = Counter((block.italic, block.align) for block in prose)
    usual = {look for look, times in leans.items() if times > 0.5 * len(prose)}
    prose_holders = {block.holder for block in prose}
    found: list[Block] = []
    after_image = False
    picture_holder = 0
    for block in blocks:
        if block.kind == "image":
            after_image, picture_holder = True, block.holder
        elif block.kind in ("row", "h"):
            after_image = False
        elif (
            block.role == "captions"
            or block.kind == "caption"
            or _looks_like_caption(block, after_image, usual)
            or (block.boxed and pictured_tables)
            or (after_image and _shares_frame(block, picture_holder, prose_holders))
        ):
            block = replace(block, kind="caption")
            after_image = False
        else:
            after_image = block.pictured and len(block.text) < 3
        found.append(block)
    return found


def _shares_frame(block: Block, picture_holder: int, prose_holders: set[int]) -> bool:
    """Whether a short text stands with a picture in an element that holds no other text."""
    return block.holder == picture_holder not in prose_holders and 0 < len(block.text) < _LONGEST and block.linked < 0.5


def _looks_like_caption(block: Block, after_image: bool, usual: set[tuple[bool, str]]) -> bool:
    if not block.text or len(block.text) >= _LONGEST or block.linked >= 0.5:
        return False
    if names_writer(block.text):
        return False
    if _PICTURE_MARK.search(block.text) and (block.text[0] in "([" or not is_labelled(block.text)):
        return True
    if not (after_image or block.pictured) or block.align == "right":
        return False
    set_apart = (block.align == "center" or block.italic) and (block.italic, block.align) not in usual
    return set_apart or not block.ends
