"""Processes watched from outside, by a mark in their environment that all their children inherit (Linux: /proc)."""

from __future__ import annotations

import os
import threading
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

_NAME = "UNION_ARCHIVE_TEST_RUN"
_TICKS = os.sysconf("SC_CLK_TCK")


def new_mark() -> dict[str, str]:
    """An environment variable that no other process has."""
    return {_NAME: uuid.uuid4().hex}


def marked(mark: dict[str, str], others: frozenset[int] = frozenset()) -> set[int]:
    """The living processes that were started with this mark, by whomever; `others` are known to be none."""
    return {pid for pid in _all() - others if is_marked(pid, mark)}


def is_marked(pid: int, mark: dict[str, str]) -> bool:
    """Whether a process lives and has this mark."""
    return f"{_NAME}={mark[_NAME]}".encode() in _read(pid, "environ")


def command_of(pid: int) -> str:
    return _read(pid, "cmdline").replace(b"\0", b" ").decode().strip()


class Sample(NamedTuple):
    """All marked processes at one moment (time.monotonic): seconds of CPU so far, MB of memory in use then, and the
    most that one of them ever had, so that no peak between two samples is missed."""

    when: float
    cpu: float
    memory: float
    peak: float


class Watch:
    """Samples the marked processes, which begin after it, every so many seconds until the end of the `with` block."""

    def __init__(self, mark: dict[str, str], every: float = 0.02) -> None:
        self.mark, self.every = mark, every
        self.samples: list[Sample] = []
        self._cpu: dict[int, float] = {}
        self._others = _all()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def memory(self) -> float:
        """The most memory in MB, of all together or of one of them."""
        return max(max(sample.memory, sample.peak) for sample in self.samples)

    def cpu_at(self, when: float) -> float:
        """Seconds of CPU that all had used at a moment."""
        return max((sample.cpu for sample in self.samples if sample.when <= when), default=0.0)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(self.every):
            pids = marked(self.mark, self._others)
            self._cpu |= {pid: seconds for pid in pids if (seconds := _cpu(pid))}
            memory = [memory_of(pid) for pid in pids]
            peak = max((most for _, most in memory), default=0.0)
            self.samples.append(Sample(time.monotonic(), sum(self._cpu.values()), sum(now for now, _ in memory), peak))


def _all() -> frozenset[int]:
    return frozenset(map(int, filter(str.isdigit, os.listdir("/proc"))))


def _cpu(pid: int) -> float:
    """Seconds in user and system mode, of the process itself."""
    fields = _read(pid, "stat").rpartition(b")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def memory_of(pid: int) -> tuple[float, float]:
    """The memory of a process now, and the most it has had, in MB."""
    fields = dict(line.split(b":", 1) for line in _read(pid, "status").splitlines() if b":" in line)
    now, most = (int(fields.get(name, b"0").split()[0]) / 1024 for name in (b"VmRSS", b"VmHWM"))
    return now, most


def _read(pid: int, name: str) -> bytes:
    """A file of /proc; nothing when the process has ended."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
