"""The commands of a run as processes: one after the other, under one lock, ended with the run that started them."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import IO

from archive.lock import HANDED_DOWN

GRACE = 30
"""Seconds a command has to end itself when the run is asked to end; a harvest needs five and its last articles."""
LAST_LINES = 20

COMMANDS: dict[str, tuple[str, ...]] = {
    "harvest": ("-m", "scrapy", "harvest", "--json"),
    "ingest": ("-m", "archive", "build"),
    "publish": ("-m", "archive", "publish", "--json"),
}
"""What each step starts with the Python of this process, in their order."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its status (negative: the signal that killed it), seconds, what it printed, and the last
    line it said on standard error."""

    name: str
    status: int
    seconds: float
    printed: str
    last_line: str


class Steps:
    """Runs commands in a `with` block, in which SIGTERM and SIGINT end the one at work and no other begins."""

    def __init__(self, lock: int):
        self.lock = lock
        self.asked: signal.Signals | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> "Steps":
        for number in (signal.SIGTERM, signal.SIGINT):
            self._before[number] = signal.signal(number, self._end)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type]

    def run(self, name: str, *arguments: str) -> Ended | None:
        """Start a command and wait for its end; its standard error is passed on. None: the run was asked to end."""
        if self.asked:
            return None
        began = time.monotonic()
        lines: deque[str] = deque(maxlen=LAST_LINES)
        with tempfile.TemporaryFile() as printed:
            self._child = child = subprocess.Popen(  # noqa: S603 (our own commands)
                [sys.executable, *COMMANDS[name], *arguments],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.PIPE,
                env=os.environ | {HANDED_DOWN: str(self.lock)},
                pass_fds=[self.lock],  # it keeps the lock also when this process is killed
                process_group=0,  # Ctrl-C reaches it once, through us
            )
            if self.asked:  # between the look above and the start
                child.terminate()
            assert child.stderr is not None
            passing_on = threading.Thread(target=_pass_on, args=(child.stderr, lines), daemon=True)
            passing_on.start()
            status = child.wait()
            passing_on.join(5)
            printed.seek(0)
            text = printed.read().decode("utf-8", "replace")
        return Ended(name, status, time.monotonic() - began, text, lines[-1] if lines else "")

    def _end(self, number: int, frame: FrameType | None) -> None:
        """Ask the command at work to end; one that does not is killed."""
        again, self.asked = self.asked is not None, signal.Signals(number)
        child = self._child
        if child is None or child.returncode is not None:
            return
        if again:
            child.kill()
            return
        child.terminate()
        killer = threading.Timer(GRACE, child.kill)
        killer.daemon = True
        killer.start()


def _pass_on(pipe: IO[bytes], lines: deque[str]) -> None:
    for raw in pipe:
        line = raw.decode("utf-8", "replace").rstrip()
        if line:
            lines.append(line)
            print(line, file=sys.stderr, flush=True)
