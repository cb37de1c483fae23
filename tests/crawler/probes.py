"""`scrapy probe` run on local sites."""

import json
from pathlib import Path
from typing import Any

from tests.conftest import Operator


def records(folder: Path) -> Path:
    path = folder / "records"
    path.mkdir(exist_ok=True)
    return path


def allow(operator: Operator, folder: Path, *addresses: str) -> Operator:
    """Let an operator with an empty folder of records through to some sites."""
    operator.environment |= {
        "UNION_ARCHIVE_SOURCES": str(records(folder)),
        "UNION_ARCHIVE_ALLOW_PRIVATE": ",".join(address.partition("//")[2] for address in addresses),
        "UNION_ARCHIVE_DELAY": "0.01",
    }
    return operator


def probed(operator: Operator, *arguments: str, status: int = 0) -> list[dict[str, Any]]:
    done = operator.run("scrapy", "probe", "--json", *arguments)
    assert done.returncode == status, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
