"""`python -m tests.sites`: the sample web on its fixed ports, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import signal
import sys

from tests.sites.server import FIXED_PORTS, SampleWeb


def main() -> int:
    """Serves, says where and how to crawl it; 1 when a port is taken."""
    parser = argparse.ArgumentParser(prog="python -m tests.sites", description="Serve the five sample sites.")
    parser.add_argument("--edited", action="store_true", help="show the edited article in its later version")
    parser.add_argument("--deleted", action="store_true", help="let the one deletable article be gone")
    options = parser.parse_args()
    ending = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)  # before the servers' threads, which inherit it
    try:
        web = SampleWeb(FIXED_PORTS)
    except OSError as error:
        print(error.strerror, file=sys.stderr)
        return 1
    with web:
        web.edited, web.deleted = options.edited, options.deleted
        for site, address in web.addresses.items():
            print(f"# {site:20} {address}/")
        print("export UNION_ARCHIVE_SOURCES=tests/sites/sources")
        print(f"export UNION_ARCHIVE_ALLOW_PRIVATE={web.hosts}")
        print("export UNION_ARCHIVE_DELAY=0.01")
        print("export UNION_ARCHIVE_DATA=data/demo", flush=True)
        signal.sigwait(ending)
    return 0


if __name__ == "__main__":
    sys.exit(main())
