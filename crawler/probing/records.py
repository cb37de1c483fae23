"""Changes to the files of records, as a person makes them: a few lines of text; comments and order stay."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import yaml

from archive.addresses import bare_host
from archive.annotate import gazetteer
from archive.errors import ArchiveError
from archive.sources import REGISTRY, Source, SourceError, load_sources, own_folder
from crawler.probing.homes import NATIONAL
from crawler.probing.propose import Proposal


def add(proposal: Proposal, known: list[Source]) -> Path:
    """Put a proposed record into the file of its province, among the others in the order of their ids; the file.

    Raises ArchiveError when its home is open, or one of the `known` records has its id or listing, or the records would
    not be valid with it; the file is as it was then.
    """
    _refuse(proposal, known)
    file = _folder() / f"{proposal.file}.yml"
    old = file.read_text("utf-8") if file.exists() else f"# {_title(proposal.file)}.\n# Missing: not looked for yet.\n"
    at = next((start for identifier, start in _starts(file, old) if identifier > proposal.id), len(old))
    before = old[:at] if old[:at].endswith("\n") or not old[:at] else f"{old[:at]}\n"
    _replace(file, before + proposal.text + old[at:])
    return file


def enable(identifier: str) -> Path:
    """Write `enabled: true` into a record; the file. Of a record we ship, the operator's folder gets a copy, which an
    upgrade leaves alone. Raises ArchiveError as add does."""
    for file in (file for folder in _folders() for file in sorted(folder.glob("*.yml"))):
        text = file.read_text("utf-8")
        for record in _records(file, text):
            fields = {key.value: (key, value) for key, value in record.value}
            if "id" in fields and fields["id"][1].value == identifier:
                enabled = _with_enabled(text, record, fields)
                if file.parent == REGISTRY != _folder():
                    return _take_over(_folder() / file.name, enabled, identifier)
                _replace(file, enabled)
                return file
    raise ArchiveError(identifier, "no file has its record", "`scrapy list` shows the ids")


def _take_over(own: Path, shipped: str, identifier: str) -> Path:
    """Append one record of a shipped file's text to a file of the operator's; that file."""
    starts = [*_starts(own, shipped), ("", len(shipped))]
    ((start, end),) = ((at, then) for (name, at), (_, then) in pairwise(starts) if name == identifier)
    old = own.read_text("utf-8").rstrip("\n") + "\n\n" if own.exists() else ""
    _replace(own, old + shipped[start:end].rstrip("\n") + "\n")
    return own


def _refuse(proposal: Proposal, known: list[Source]) -> None:
    source = proposal.source
    for record in known:
        if _hosts(record) & _hosts(source) and set(record.listing) & set(source.listing):
            raise ArchiveError(
                source.site + source.listing[0], f"{record.id} has this listing", f"scrapy probe --enable {record.id}"
            )
    if any(record.id == source.id for record in known):
        raise ArchiveError(source.id, "another record has this id", "paste the record with an id of its own")
    if not proposal.settled:
        raise ArchiveError(
            source.site, "nothing names its district or province", f"give --home NAME_OR_CODE, or --home {NATIONAL}"
        )


def _hosts(source: Source) -> set[str]:
    return {bare_host(host) for host in (urlsplit(source.site).netloc, *source.aliases)}


def _folder() -> Path:
    return own_folder() or REGISTRY


def _folders() -> list[Path]:
    return list(dict.fromkeys((_folder(), REGISTRY)))


def _title(stem: str) -> str:
    """The header of a new file: the province, and the one it went into."""
    province = next((p for p in gazetteer.provinces if p.slug == stem), None)
    if province is None:
        return "National"
    if province.code == province.province_2025_code:
        return f"{province.name} (province {province.code}; not merged on 2025-07-01)"
    today = f"{province.province_2025}, {province.province_2025_code}"
    return f"{province.name} (province {province.code}; part of {today}, since 2025-07-01)"


def _records(file: Path, text: str) -> list[yaml.MappingNode]:
    """The records of a file as YAML nodes, which know where in the text they stand."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ArchiveError(file, f"this is no YAML ({' '.join(str(error).split())})", "mend the file") from error
    nodes = root.value if isinstance(root, yaml.SequenceNode) else []
    return [node for node in nodes if isinstance(node, yaml.MappingNode)]


def _starts(file: Path, text: str) -> Iterator[tuple[str, int]]:
    """The records of a file: id, and where its lines begin, the comments right above them included."""
    for number, record in enumerate(_records(file, text)):
        identifier = next((value.value for key, value in record.value if key.value == "id"), "")
        start = text.rfind("\n", 0, record.start_mark.index) + 1
        while number and text[:start].rpartition("\n")[0].rpartition("\n")[2].startswith("#"):
            start = text.rfind("\n", 0, start - 1) + 1
        yield identifier, start


def _with_enabled(text: str, record: yaml.MappingNode, fields: dict[str, tuple[yaml.Node, yaml.Node]]) -> str:
    if "enabled" in fields:
        value = fields["enabled"][1]
        return f"{text[: value.start_mark.index]}true{text[value.end_mark.index :]}"
    key, _ = next(iter(fields.values()))
    if record.flow_style:
        return f"{text[: key.start_mark.index]}enabled: true, {text[key.start_mark.index :]}"
    # Before the id, in the id's own column: the one place that is sure to be inside the record.
    return f"{text[: key.start_mark.index]}enabled: true\n{' ' * key.start_mark.column}{text[key.start_mark.index :]}"


def _replace(file: Path, text: str) -> None:
    """Write a file of records, whole or not at all, if all records are valid with it."""
    try:
        with TemporaryDirectory() as tried:
            for other in file.parent.glob("*.yml"):
                copy(other, tried)
            Path(tried, file.name).write_text(text, "utf-8")
            load_sources([Path(tried) if folder == file.parent else folder for folder in _folders()])
        new = file.with_name(f".{file.name}.new")
        new.write_text(text, "utf-8")
        new.replace(file)
    except (SourceError, OSError) as error:
        cause = str(error).splitlines()[0]
        raise ArchiveError(file, f"not changed: {cause}", "mend that, or write the record by hand") from error
