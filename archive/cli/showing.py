"""Commands of the site: publish, serve."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from archive.folder import DataFolder
from archive.publish import publish as bake
from archive.serve import serve as serve_site


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def publish(as_json: bool) -> None:
    """Bake the read-only database of the site and put it in place of the old one."""
    folder = DataFolder.from_environment()
    publication = bake(folder.archive_db, folder.site_db, crawl_db=folder.crawl_db)
    if as_json:
        click.echo(json.dumps(asdict(publication), default=str))
        return
    click.echo(
        f"{publication.path}: {publication.articles} articles, {publication.districts} districts,"
        f" {publication.school_years} school years, {publication.bytes / 1e6:.1f} MB in {publication.seconds:.1f} s"
    )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option(
    "--metadata",
    default="metadata.yml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Datasette's metadata.",
)
def serve(host: str, port: int, metadata: Path) -> None:
    """Show the published archive as a web site until Ctrl-C."""
    folder = DataFolder.from_environment()
    serve_site(folder.site_db, host=host, port=port, metadata=metadata, crawl_db=folder.crawl_db)
