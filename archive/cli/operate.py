"""Commands of a machine that runs by itself: run, notify, init."""

import json
import sys
from pathlib import Path

import click

from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.operate import notify as telling
from archive.operate import prometheus
from archive.operate.changes import Change
from archive.operate.delivery import ping
from archive.operate.init import lay_down
from archive.operate.report import as_text
from archive.operate.run import run as run_all
from archive.operate.settings import read_settings

RUN_EXAMPLES = """
\b
Examples:
  union-archive run                                         what a timer calls every night
  union-archive run ha-nam.binh-luc                         one source, enabled or not
  union-archive run --json > report.json                    the report for programs
  union-archive run --prometheus metrics/union-archive.prom the report for node_exporter's textfile collector
"""
NOTIFY_EXAMPLES = """
\b
settings.yml of the data folder (or the file UNION_ARCHIVE_SETTINGS names) says who is told; all of it is optional:
  mail:
    host: smtp.example.org
    security: starttls            # or tls, or none (port 587, 465, 25 unless port: says otherwise)
    user: archive                 # with password:, where the host asks for them
    password: "…"
    from: archive@example.org
    to: [operator@example.org]
  webhook: https://chat.example.org/hooks/0123   # gets JSON: text, changes, run
  ping: https://ping.example.org/0123            # is asked for after each complete run
  timeout: 10                                 # seconds for each attempt
"""


@click.command(epilog=RUN_EXAMPLES)
@click.argument("sources", nargs=-1, metavar="[ID]...")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--prometheus",
    "metrics",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report there too, in Prometheus' text format.",
)
def run(sources: tuple[str, ...], as_json: bool, metrics: Path | None) -> None:
    """Harvest, take what came into the archive, publish: what a timer calls.

    Every step is tried, whatever became of the one before: a source that fails never keeps the others from being
    published. Status 1 when a source or a step failed; the report names it. Who is told of a source whose state
    changed, and where a complete run is pinged, says settings.yml: see `union-archive notify --help`.
    """
    if metrics and not metrics.parent.is_dir():
        raise click.BadParameter(f"there is no folder {metrics.parent}", param_hint="--prometheus")
    folder = DataFolder.from_environment()
    report = telling.notify(folder, run_all(folder, sources))
    click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=2) if as_json else as_text(report))
    if metrics:
        prometheus.write(report, metrics)
    if not report.ok:
        sys.exit(1)


@click.command(epilog=NOTIFY_EXAMPLES)
@click.option("--test", is_flag=True, required=True, help="Send a message each way, and a ping.")
def notify(test: bool) -> None:
    """Try the ways on which `union-archive run` tells people of sources whose state changed."""
    settings = read_settings(DataFolder.from_environment())
    trial = [Change("union-archive notify", "ok", "ok", "a test message / tin thử")]
    results = [(way, send(trial)) for way, send in telling.ways(settings, None)]
    if settings.ping:
        results.append(("ping", ping(settings.ping, settings.timeout)))
    if not results:
        raise ArchiveError(
            DataFolder.from_environment().settings,
            "nobody is told",
            "see `union-archive notify --help` for what it holds",
        )
    for way, fault in results:
        click.echo(f"{way}: {fault or 'sent'}", err=bool(fault))
    if any(fault for _, fault in results):
        sys.exit(1)


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Lay down what a working folder needs: scrapy.cfg, metadata.yml, sources/, README.md. What is there stays."""
    for path, laid in lay_down(folder):
        click.echo(f"{path}: {'made' if laid else 'there already, left as it is'}")
    click.echo(f"now: cd {folder} and read README.md" if str(folder) != "." else "now read README.md")
