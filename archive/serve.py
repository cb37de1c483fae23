"""The site on this machine: `datasette -i data/site/union-news.db -m metadata.yml` with our settings."""

import os
import socket
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette  # type: ignore[import-untyped]
from datasette.plugins import pm  # type: ignore[import-untyped]
from datasette.utils import BadMetadataError, parse_metadata  # type: ignore[import-untyped]

from archive import site
from archive.errors import ArchiveError
from archive.shell import Shell
from archive.site.articles.captured import offer_captures
from archive.site.datasette_api import DATABASE
from archive.site.inspected import inspected
from archive.site.schema import check_published

SETTINGS: dict[str, object] = {
    "default_allow_sql": False,  # also refuses ?_where=
    "suggest_facets": False,  # the slowest part of a table page, and of little use here
    "sql_time_limit_ms": 2000,
    "facet_time_limit_ms": 500,
    "max_returned_rows": 500,
    "default_page_size": 20,
    "max_csv_mb": 50,
    "cache_size_kb": 65536,
    "default_cache_ttl": 300,  # a new publication is seen within five minutes
    "num_sql_threads": 3,
    "truncate_cells_html": 300,
}


def datasette(site_db: Path, metadata: Path, crawl_db: Path | None = None) -> Any:
    """The application that `serve` runs, for tests and for other servers (`.app()` is ASGI).

    `crawl_db`, if given and there, is where versions have their captured bytes from.
    Raises ArchiveError when the database or the metadata cannot be served.
    """
    check_published(site_db)
    if site_db.stem != DATABASE:
        raise ArchiveError(site_db, f"the site needs a file called {DATABASE}.db", "rename it, or publish again")
    if not pm.is_registered(site) and not pm.has_plugin("union_archive"):
        pm.register(site)  # a source tree that was not installed has no entry point
    application = Datasette(
        immutables=[str(site_db)],
        inspect_data=inspected(site_db),
        metadata=_read_metadata(metadata),
        settings=SETTINGS,
        cache_headers=True,
    )
    if crawl_db:
        offer_captures(application, crawl_db)
    return application


def serve(
    site_db: Path, *, host: str = "127.0.0.1", port: int = 8001, metadata: Path, crawl_db: Path | None = None
) -> None:
    """Serve the site until it is stopped; port 0 takes a free one. Prints the address. A new publication is shown
    as soon as it is the current one.

    Raises ArchiveError before anything starts: no database, no metadata, an address that cannot be had.
    """
    application = Shell(site_db, lambda path: datasette(path, metadata, crawl_db))
    with closing(_listen(host, port)) as listener, suppress(KeyboardInterrupt):  # Ctrl-C is how it ends
        print(f"{site_db}: {_address(host, listener.getsockname()[1])} (Ctrl-C stops it)", flush=True)
        config = uvicorn.Config(application, lifespan="on", log_level="warning", server_header=False)
        uvicorn.Server(config).run(sockets=[listener])


def _read_metadata(path: Path) -> dict[str, Any]:
    try:
        read = parse_metadata(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ArchiveError(path, "there is no such file", "give the project's metadata.yml") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ArchiveError(path, f"cannot be read ({error})", "make it a readable UTF-8 file") from error
    except BadMetadataError as error:
        raise ArchiveError(path, "this is neither YAML nor JSON", "mend the file") from error
    if not isinstance(read, dict):
        raise ArchiveError(path, "this is no metadata: it holds no 'key: value' lines", "mend the file")
    return read


def _listen(host: str, port: int) -> socket.socket:
    """A socket that already listens, so that nobody takes the port between the check and the start."""
    if not 0 <= port <= 65535:  # the system takes such a number modulo 65536
        raise ArchiveError(f"port {port}", "there is no such port", "choose one from 1 to 65535")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family)
    except socket.gaierror as error:
        raise ArchiveError(host, f"no such host ({error.strerror})", "use 127.0.0.1, or 0.0.0.0 for all") from error
    except OSError as error:
        cause = os.strerror(error.errno) if error.errno else str(error)
        raise ArchiveError(f"{host}:{port}", f"cannot listen there ({cause})", "choose another --port") from error


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
