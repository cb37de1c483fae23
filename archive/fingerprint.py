"""What an archive is made by, in a word: the same word, the same captures, the same archive."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from archive.decisions import Decisions

READERS = ("selectolax", "beautifulsoup4", "lxml", "trafilatura", "pypdfium2")
"""The libraries whose newer version may read a page otherwise."""


@cache
def program() -> str:
    """A hash of this package, its code and data (layouts, gazetteer), and of the libraries that read pages."""
    root = Path(__file__).parent
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in READERS).encode())
    for path in sorted(root.rglob("*")):
        if path.suffix in (".py", ".yml", ".csv", ".txt"):
            digest.update(f"\n{path.relative_to(root)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def fingerprint(decisions: Decisions) -> str:
    """A hash of the program and of what is decided."""
    furniture = sorted((source, sorted(texts)) for source, texts in decisions.furniture.items())
    decided = [sorted(rows.items()) for rows in (decisions.corrections, decisions.withdrawals)]
    return hashlib.sha256(f"{program()}\n{furniture}\n{decided}".encode()).hexdigest()
