"""What is done over and over in a process of its own, until it is killed."""

import sys
import time
from itertools import count
from pathlib import Path

from archive.backup import backup, restore
from archive.folder import DataFolder
from archive.publications import publish_and_keep
from archive.static import write_static
from archive.static.place import put_in_place
from tests.conftest import ROOT
from tests.filled import page, put, take


def publish_again(folder: DataFolder, other: Path) -> None:
    publish_and_keep(folder.archive_db, folder.site_db, crawl_db=folder.crawl_db)


def back_up_what_is_new(folder: DataFolder, other: Path) -> None:
    """Each time with an article more."""
    (number,) = put(folder, page(1000 + len(list(other.rglob("*"))) * 7, fetched="2024-01-01T00:00:00.000+00:00"))[-1:]
    put(folder, page(10_000 + number))
    take(folder)
    backup(folder, other / "backup")


def restore_again(folder: DataFolder, other: Path) -> None:
    """Into a folder that is empty or what a kill left of it; what is finished goes away at once."""
    restore(other / "backup", DataFolder(other / "restored"))
    (other / "restored").rename(other / f"finished-{time.monotonic_ns()}")


def write_twin_again(folder: DataFolder, other: Path) -> None:
    address = "https://tin.example/kho"
    write_static(folder.site_db, other / "kho", address=address, metadata=ROOT / "metadata.yml")


def put_a_folder_in_place(folder: DataFolder, other: Path) -> None:
    """Nothing but what a twin does last, so that a kill often meets it: forty files that say the same."""
    said = str(time.monotonic_ns())
    with put_in_place(other / "kho", said) as new:
        for number in range(40):
            (new / f"{number}.txt").write_text(said)


WORK = {
    "publish": publish_again,
    "backup": back_up_what_is_new,
    "restore": restore_again,
    "twin": write_twin_again,
    "place": put_a_folder_in_place,
}

if __name__ == "__main__":
    name, data, beside = sys.argv[1:]
    print("begun", flush=True)
    for _ in count():
        WORK[name](DataFolder(Path(data)), Path(beside))
