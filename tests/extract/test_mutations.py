"""Ten thousand broken pages: never an exception, never over two seconds, always valid text or None."""

import random
import subprocess
import sys
import time
import unicodedata

import pytest

from archive.extract import Article, extract
from archive.sources import families
from tests.conftest import ROOT
from tests.extract.mutations import mutated

GOLDEN = sorted((ROOT / "tests" / "golden").glob("*/*.html"))
SECONDS = 2
MEMORY_MB = 400
"""A page of 12 MB is in it three times and more while it is read."""
TEN_THOUSAND = """
import os
from tests.extract.test_mutations import GOLDEN, check, mutated
from tests.processes import memory_of
pages = [file.read_bytes() for file in GOLDEN]
found = sum(check(mutated(pages, number), number) for number in range(10_000))
print(found, round(memory_of(os.getpid())[1]))
"""


def check(page: bytes | str, number: int) -> bool:
    """Whether an article came of it; raises AssertionError naming the mutation."""
    family = random.Random(number).choice([None, *families()])
    started = time.process_time()
    article = extract(page, "https://a.example.vn/tin/1", family=family, captured="2026-01-01T00:00:00+00:00")
    taken = time.process_time() - started
    assert taken < SECONDS, f"mutation {number} took {taken:.1f} s"
    if article is None:
        return False
    assert article.title, f"mutation {number} has no title"
    for text in texts(article):
        assert text == unicodedata.normalize("NFC", text), f"mutation {number} is not NFC"
        assert text.encode("utf-8")
        assert "\x00" not in text
    return True


def texts(article: Article) -> list[str]:
    found = [article.title, *article.paragraphs, *article.captions, article.lead, article.author, article.credit]
    return [text for text in found if text]


def test_some_mutations() -> None:
    pages = [file.read_bytes() for file in GOLDEN]
    assert sum(check(mutated(pages, number), number) for number in range(1, 300)) > 100


@pytest.mark.soak
def test_ten_thousand_mutations() -> None:
    # In a process of its own: the memory measured is extraction's, not that of the tests before
    # (which ru_maxrss keeps across exec).
    told = subprocess.run([sys.executable, "-c", TEN_THOUSAND], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr[-2_000:]
    found, memory = map(int, told.stdout.split())
    assert found > 4_000
    assert memory < MEMORY_MB
