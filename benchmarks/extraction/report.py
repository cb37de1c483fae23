"""The table of one corpus."""

from collections.abc import Sequence
from statistics import median

from tabulate import tabulate

from benchmarks.extraction.corpora import Corpus
from benchmarks.extraction.metrics import FIGURES
from benchmarks.extraction.runs import Measured, is_ours
from benchmarks.extraction.worker import GENERIC, OURS

LABELS = {OURS: "this project", GENERIC: "this project, generic path"}
HEADERS = (
    "",
    "F1",
    "P",
    "R",
    "furniture\nleft",
    "paragraph\nlost",
    "caption\nin body",
    "captions\nreturned",
    "title\nright",
    "byline\nright",
    "date\nright",
    "date\ninvented",
    "CPU\nms/page",
    "of\nours",
    "with its\nstart",
    "peak\nMB",
    "empty/\nerrors",
)
COLUMNS = """
P, R, F1: runs of four words of the body, in %. In % of the pages whose truth tells of it: furniture left in the body,
a paragraph lost, a caption mixed into the body; title, byline (none where there is none) and day of the date right; a
date where the page has none. Captions returned: in % of the captions. CPU: after an untimed page that loads what is
loaded once; with its start: one pass of a fresh process, that loading shared out over the pages. Empty: pages of whose
text nothing was found. -: the corpus does not tell, or the tool gives no such thing."""
_SHINGLES = ("f1", "precision", "recall")


def table(corpus: Corpus, measured: Sequence[Measured]) -> str:
    """The corpus' name and a row a tool: this project's, then the others by F1."""
    ours = next((one for one in measured if is_ours(one.tool)), None)
    order = sorted(measured, key=lambda one: (not is_ours(one.tool), is_ours(one.tool) or -(one.figures["f1"] or 0)))
    note = f" ({corpus.note})" if corpus.note else ""
    rows = [_row(one, ours) for one in order]
    title = f"\n{corpus.name}: {len(corpus.pages)} pages{note}\n"
    return title + tabulate(
        rows, headers=HEADERS, disable_numparse=True, colalign=("left", *["right"] * (len(HEADERS) - 1))
    )


def _row(one: Measured, ours: Measured | None) -> list[str]:
    figures = [_figure(name, one.figures[name]) for name in FIGURES]
    cpu = "-" if one.cpu is None else f"{one.cpu:.1f}"
    ratios = [_ratio(one.rounds, ours.rounds), _ratio(one.once, ours.once)] if ours else ["-", "-"]
    memory = f"{one.memory:.0f}" if one.memory else "-"
    return [LABELS.get(one.tool, one.tool), *figures, cpu, *ratios, memory, f"{one.empty}/{len(one.errors)}"]


def _ratio(one: Sequence[float | None], ours: Sequence[float | None]) -> str:
    """Round by round: what else the machine does changes in minutes."""
    ratios = [cpu / beside for cpu, beside in zip(one, ours, strict=False) if cpu and beside]
    return f"{median(ratios):.1f}x" if ratios else "-"


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{100 * value:.1f}" if name in _SHINGLES else f"{100 * value:.0f}"
