"""The report as Prometheus reads it from a file: text exposition format 0.0.4, for node_exporter's textfile collector.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from archive.errors import ArchiveError
from archive.health import CURES
from archive.operate.report import Report

Sample = tuple[dict[str, str], float]
KINDS = tuple(kind for kind in CURES if kind != "never run")


def exposition(report: Report) -> str:
    """All metrics of a run. Pure; every one is a gauge of the last run."""
    return "".join(
        f"# HELP union_archive_{name} {told}\n# TYPE union_archive_{name} gauge\n" + "".join(_lines(name, samples))
        for name, told, samples in _metrics(report)
        if samples
    )


def write(report: Report, path: Path) -> None:
    """Put the metrics in place of the file's old ones, whole. Raises ArchiveError."""
    new = path.with_name(f".{path.name}.{os.getpid()}")  # the collector reads *.prom, never a half-written one
    try:
        new.write_text(exposition(report), "utf-8")
        new.chmod(0o644)  # another user's collector reads it
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise ArchiveError(
            path, f"the metrics cannot be written ({error.strerror})", "make its folder writable"
        ) from error


def _metrics(report: Report) -> Iterator[tuple[str, str, list[Sample]]]:
    yield "run_end_timestamp_seconds", "When the last run ended.", [({}, report.ended.timestamp())]
    yield "run_seconds", "How long the last run took.", [({}, report.seconds)]
    yield "run_ok", "1 when nothing failed, no source either.", [({}, float(report.ok))]
    yield "run_complete", "1 when every step did its work, whatever single sources did.", [({}, float(report.complete))]
    yield "step_seconds", "How long a step took.", [({"step": step.name}, step.seconds) for step in report.steps]
    yield (
        "step_ok",
        "1 when the step did its work.",
        [({"step": step.name}, float(step.problem is None)) for step in report.steps],
    )
    rows = report.rows
    yield (
        "source_run_ok",
        "1 when the run of the source lost nothing.",
        [({"source": row.source}, float(row.state == "ok")) for row in rows],
    )
    yield "source_run_seconds", "How long a source took.", [({"source": row.source}, row.seconds) for row in rows]
    yield "source_bytes", "What a source sent, in bytes.", [({"source": row.source}, row.bytes) for row in rows]
    yield "source_pages", "Pages of a source, by what became of them.", [
        ({"source": row.source, "result": result}, number)
        for row in rows
        for result, number in (
            ("answered", row.pages), ("new", row.new), ("edited", row.edited), ("unchanged", row.unchanged),
            ("gone", row.gone), ("refused", sum(row.refused.values())), ("failed", sum(row.failed.values())),
        )
    ]  # fmt: skip
    yield (
        "source_warning",
        "1 where a source has this warning.",
        [
            ({"source": source, "kind": kind}, float(kind in {one.kind for one in found}))
            for source, found in (report.warnings or {}).items()
            for kind in KINDS
        ],
    )
    for figure in ("articles", "districts", "school_years", "bytes"):
        value = (report.publication or {}).get(figure)
        yield (
            f"published_{figure}",
            f"What the publication holds: {figure.replace('_', ' ')}.",
            ([({}, float(value))] if isinstance(value, int | float) else []),
        )
    yield "untold", "Messages that could not be delivered.", [({}, len(report.untold))]


def _lines(name: str, samples: Iterable[Sample]) -> Iterator[str]:
    for labels, value in samples:
        pairs = ",".join(f'{key}="{_escaped(label)}"' for key, label in labels.items())
        yield f"union_archive_{name}{f'{{{pairs}}}' if pairs else ''} {value:.15g}\n"


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
