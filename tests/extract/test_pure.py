"""Extraction is pure: the same bytes give the same article, in any process and in any order."""

import json
import os
import subprocess
import sys
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extract import extract
from tests.conftest import ROOT

PAGES = sorted((ROOT / "tests" / "golden").glob("*/*.html"))
ELSEWHERE = """
import json, sys
from pathlib import Path
from tests.extract.test_pure import read
print(json.dumps({file: read(Path(file)) for file in sys.argv[1:]}))
"""


def read(file: os.PathLike[str]) -> str | None:
    """What a page gives, all of it."""
    with open(file, "rb") as page:
        article = extract(page.read(), "https://a.example.vn/tin/1", captured="2026-01-01T00:00:00+00:00")
    return repr(article) if article else None


first_read = cache(read)


@pytest.mark.soak
@settings(max_examples=40, deadline=None)
@given(st.permutations(range(len(PAGES))).map(lambda order: order[:6]), st.data())
def test_in_any_order(order: list[int], data: st.DataObject) -> None:
    again = data.draw(st.permutations(order))
    for number in (*order, *again):
        assert read(PAGES[number]) == first_read(PAGES[number])


def test_in_any_process() -> None:
    for seed, files in (("1", PAGES), ("2", PAGES[::-1])):
        told = subprocess.run(
            [sys.executable, "-c", ELSEWHERE, *map(str, files)],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": "America/Lima", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(told.stdout) == {str(file): first_read(file) for file in PAGES}
