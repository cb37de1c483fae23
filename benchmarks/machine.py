"""What a run was measured on, and with which versions of this project."""

import os
import platform
import subprocess
from pathlib import Path

from archive import __version__

ROOT = Path(__file__).parent.parent


def machine() -> dict[str, str]:
    """Processor, cores, memory, system, Python, and how busy it was before: name → words."""
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{_system()}, kernel {platform.release()}",
        "Python": platform.python_version(),
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def this_project() -> str:
    """Its version, and the commit where it is a checkout, with `+` where files differ from it."""
    commit = _git("rev-parse", "--short", "HEAD")
    if not commit:
        return __version__
    return f"{__version__}, commit {commit}{'+' if _git('status', '--porcelain') else ''}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "Model")))
    return next(named, platform.machine())


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
