"""capture → extract → annotate → store: the one pipeline, for the spiders, for build, rebuild and import."""

import gc
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache

from archive.addresses import canonical
from archive.annotate import annotate
from archive.annotate.article import Annotations
from archive.capture import Capture
from archive.captures import CaptureStore
from archive.clock import TOLERANCE, moment, true_times
from archive.collector import settle_memory
from archive.corrections import Correction, corrected, corrected_annotations
from archive.decisions import NOTHING_DECIDED, Decisions
from archive.errors import DamagedError, PurgedError
from archive.extract import extract, pdf
from archive.extract.article import Article
from archive.extract.blocked import NOT_FOUND, blocked
from archive.extract.decode import UNREADABLE
from archive.portions import Portion, number_waiting, waiting
from archive.redaction import redacted
from archive.sources import Source
from archive.store import SourceRow, Store, Version
from archive.store_withdrawn import is_withdrawn, put_source, put_withdrawn, redacted_corrections, settle
from archive.text import fold
from archive.withdrawals import passages_of

EMPTY = "empty page"
BLOCKED = "blocked: "
SOFT_404 = "soft 404"
DAMAGED = "text is damaged"
PURGED = "erased on request"
NOTICE_LONGEST = 800
"""Characters that a notice (a login form, an error, "no longer here") may have where an article would stand."""
NO_KEEP_WORD = "holds none of the record's keep words"


@dataclass(frozen=True)
class Reading:
    """What a capture holds: an article with its annotations, or the reason why it holds none."""

    article: Article | None
    annotations: Annotations | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Found:
    """What a stored capture holds, with all else that the writer must know of it: the capture without its bytes, None
    where its row is damaged too; the reading, None where the bytes are damaged or purged; and the fault in one line."""

    capture_id: int
    capture: Capture | None
    reading: Reading | None
    fault: str | None = None
    purged: bool = False


Finder = Callable[[Iterable[Portion]], Iterable[list[Found]]]
"""Reads portions of captures, and gives back what it found in the same order."""


def read(capture: Capture, files: Sequence[Capture] | None = None, furniture: Collection[str] = ()) -> Reading:
    """Read the article of a capture and, where it is a PDF alone, the text of that. Pure: the same captures and
    decisions give the same reading. `files` are those the page links; None where they are not fetched yet; `furniture`
    is what `Decisions.furniture_of` says of its source."""
    if not capture.body or capture.body.isspace():
        return Reading(None, reason=EMPTY)
    if not is_html(capture.body):
        return Reading(None, reason="not HTML")
    source, headers = capture.source, dict(capture.headers)
    article = extract(
        capture.body,
        capture.final_url,
        family=source.family,
        captured=capture.fetched,
        headers=headers,
        overrides=source.layout,
        listed=capture.listed,
        furniture=furniture,
    )
    # A long text where the system puts its articles is one; all else may be a page that keeps the article from us.
    if article is None or not article.by_layout or len(article.body) < NOTICE_LONGEST:
        if kind := blocked(capture.body, status=capture.status, headers=headers):
            return Reading(None, reason=SOFT_404 if kind == NOT_FOUND else f"{BLOCKED}{kind} page")
        if article is None:
            return Reading(None, reason="no article on the page")
    if article.kind == "pdf":
        written = [text for file in files or () for text in pdf.paragraphs(file.body)]
        article = replace(article, paragraphs=[*article.paragraphs, *written])
    if _unreadable(article):
        return Reading(None, reason=DAMAGED)
    not_yet_read = article.kind == "pdf" and files is None
    if source.keep and not not_yet_read and not _kept(article, source):
        return Reading(None, reason=NO_KEEP_WORD)
    return Reading(article, _annotated(article, source))


def take(
    store: Store,
    capture_id: int,
    capture: Capture,
    identifier: str,
    reading: Reading,
    corrections: Sequence[Correction],
) -> str:
    """Store what a capture holds of the article with this id: "new", "revision", "same", "refused" with the reason
    remembered, or "withdrawn"; the passages that the store was told of are struck. `corrections` is what
    `Decisions.corrections_of` says of it."""
    row, withdrawn = source_row(capture.source), store.withdrawals.get(identifier, ())
    if is_withdrawn(store, identifier):
        text_hash = reading.article.text_hash if reading.article else None
        put_withdrawn(store, row, capture_id, identifier, capture.fetched, text_hash)
        return "withdrawn"
    if reading.article is None or reading.annotations is None:
        store.put_refused(capture_id, identifier, capture.fetched, reading.reason or "refused")
        return "refused"
    passages = passages_of(withdrawn)
    article, corrections = redacted(reading.article, passages), redacted_corrections(corrections, passages)
    shown = corrected(article, corrections)
    # Districts and school years are read by title and day: where one is corrected, they are read anew.
    annotations = reading.annotations if shown is reading.article else _annotated(shown, capture.source)
    version = Version(
        article_id=identifier,
        url=canonical(capture.final_url, capture.source),
        capture=capture_id,
        captured=capture.fetched,
        article=article,
        annotations=corrected_annotations(annotations, corrections),
        corrections=corrections,
    )
    outcome = store.put(row, version)
    if withdrawn:
        put_source(store, row, identifier)
    return outcome


def build(
    captures: CaptureStore,
    store: Store,
    progress: Callable[[int, int], None] | None = None,
    *,
    decisions: Decisions = NOTHING_DECIDED,
    faults: list[str] | None = None,
    before: Callable[[int], Article | None] = lambda capture_id: None,
    finder: Finder | None = None,
) -> Counter[str]:
    """Take every capture the store has not taken yet; how many were new, revision, same, refused, withdrawn.

    A capture whose bytes are damaged is passed over, counted as damaged and waits for the next time; or taken with the
    text that `before` says was read of it. `faults` is told of each, in one line. `finder` reads the portions in their
    order, if not this process. Raises ArchiveError when this machine's clock is behind the captures.
    """
    outcomes: Counter[str] = Counter()
    settle(store, decisions.withdrawals)
    now = datetime.now(UTC)
    times = true_times(captures, now)
    # What was taken while the clock ran ahead is taken again, as of the time it is from.
    again = store.taken_after(moment(now + TOLERANCE)) & times.keys()
    total, number = number_waiting(captures, store) + len(again), 0
    portions = waiting(captures, store, again)
    for some in finder(portions) if finder else find_here(captures, portions, decisions.furniture):
        # One transaction for all of them: what is cut off in the middle is read once more.
        with store.transaction():
            for found in some:
                number += 1
                outcomes[_take_found(captures, store, found, times, decisions, faults, before)] += 1
                if progress:
                    progress(number, max(number, total))
    with store.transaction():
        store.set_gone(captures.gone())
    return outcomes


def find_here(
    captures: CaptureStore, portions: Iterable[Portion], furniture: Mapping[str, frozenset[str]]
) -> Iterator[list[Found]]:
    """What the captures of each portion hold, read one after another."""
    for portion in portions:
        yield [find(captures, capture_id, furniture) for capture_id in portion]
        spare_the_collector()


@cache
def spare_the_collector() -> None:
    """What is loaded once the first pages are read stays, the gazetteer above all: the garbage collector need not look
    through it again and again, which takes a tenth of a reader's time. Once a process."""
    gc.collect()
    settle_memory()


def find(captures: CaptureStore, capture_id: int, furniture: Mapping[str, frozenset[str]]) -> Found:
    """Read a stored capture again; what is damaged is said, never raised. `furniture` is that of `Decisions`."""
    try:
        capture = captures.get(capture_id)
        known = furniture.get(capture.source.id, frozenset())
        try:
            files: list[Capture] | None = captures.files_of(capture_id)
        except DamagedError as error:
            reading = read(capture, None, known)
            if reading.article and reading.article.kind == "pdf":
                raise
            return Found(capture_id, _light(capture), reading, fault=f"{error}; its page is read without it")
        return Found(capture_id, _light(capture), read(capture, files, known))
    except DamagedError as error:
        purged = isinstance(error, PurgedError)
        try:
            capture = captures.without_bytes(capture_id)
        except DamagedError:
            return Found(capture_id, None, None, str(error), purged)
        return Found(capture_id, capture, None, str(error), purged)


def _light(capture: Capture) -> Capture:
    return replace(capture, body=b"", headers=())


def _take_found(
    captures: CaptureStore,
    store: Store,
    found: Found,
    times: Mapping[int, str],
    decisions: Decisions,
    faults: list[str] | None,
    before: Callable[[int], Article | None],
) -> str:
    """Store what was found in a capture, in place of what cannot be read what was read of it before; as `take` says, or
    "damaged"."""
    capture, reading, fault = found.capture, found.reading, found.fault
    if reading is None:
        article = before(found.capture_id)
        if found.purged:  # its article keeps the text it has, if that was not withdrawn whole
            fault, reading = None, Reading(None, reason=PURGED)
        else:
            fault = f"{fault}; {'its article keeps the text it had' if article else 'it is passed over'}"
        if article and capture:
            reading = Reading(article, _annotated(article, capture.source))
    if fault and faults is not None:
        faults.append(fault)
    if capture is None or reading is None:
        return "damaged"
    capture = replace(capture, fetched=times.get(found.capture_id, capture.fetched))
    identifier = captures.article_of(capture)
    return take(store, found.capture_id, capture, identifier, reading, decisions.corrections_of(identifier))


def is_html(body: bytes) -> bool:
    """Whether the bytes are a page: a wrong content type is common, a wrong beginning is not."""
    head = body[:1024].lstrip().lower()
    if head.startswith(
        (b"%pdf", b"pk\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89png", b"\xff\xd8\xff", b"gif8", b"{", b"<?xml")
    ):
        return b"<html" in head
    return b"<" in head


def source_row(source: Source) -> SourceRow:
    """What the archive keeps of a source record."""
    return SourceRow(
        id=source.id,
        name=source.name,
        home=source.home,
        family=source.family,
        site=source.site,
        sample=source.sample,
        rights=source.rights,
        show=source.show,
        quiet_days=source.quiet_days,
    )


def _annotated(article: Article, source: Source) -> Annotations:
    published = date.fromisoformat(article.published[:10]) if article.published else None
    return annotate(article.title, article.body, home=source.home, published=published)


def _unreadable(article: Article) -> int:
    """Signs that are no text, in what is stored: bytes nobody can read, or U+FFFD from the site itself."""
    return "\n".join([article.title, article.body, article.author or "", *article.captions]).count(UNREADABLE)


def _kept(article: Article, source: Source) -> bool:
    text = fold(f"{article.title}\n{article.body}")
    return any(fold(word) in text for word in source.keep)
