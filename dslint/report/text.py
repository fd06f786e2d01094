"""``text``: for a person at a terminal."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from rich.cells import cell_len

from dslint.model.finding import Finding
from dslint.model.report import Report
from dslint.model.severity import Severity
from dslint.report import phrases
from dslint.report.ansi import Palette
from dslint.report.document import is_shown
from dslint.report.escape import EXCERPT_LENGTH, excerpt, line, plain
from dslint.report.reporter import RenderOptions
from dslint.report.status import notices
from dslint.report.wrap import cut, wrap

FLOOD: Final = 5
RELATED: Final = 3
RULES: Final = 20
NARROWEST: Final = 40
WIDEST: Final = 140


class TextReporter:
    """Findings by dataset and file, worst first, and a summary."""

    def render(self, report: Report, options: RenderOptions) -> Iterator[str]:
        """Yield the output."""
        for rows in _Page(report, options).blocks():
            yield "".join(f"{row}\n" for row in rows)


class _Page:
    """The lines of one report; every text that enters a line is made plain first."""

    def __init__(self, report: Report, options: RenderOptions) -> None:
        self.report = report
        self.options = options
        self.width = max(NARROWEST, min(options.width, WIDEST))
        self.palette = Palette(options.color)
        self.sizes = {file.path: file for file in report.files}

    def blocks(self) -> Iterator[list[str]]:
        """Yield groups of lines."""
        report, options = self.report, self.options
        if not options.statistics:
            for group in _groups(report, options):
                yield from self._group(group)
            if hidden := phrases.hidden(report, options.max_findings):
                yield [f"and {phrases.count(hidden, 'more finding')} (--max-findings {options.max_findings})", ""]
        if notes := notices(report, quiet=options.quiet, verbose=options.verbose):
            yield [row for severity, note in notes for row in self._notice(severity, note)]
            if not options.quiet:
                yield [""]
        if not options.quiet:
            yield from self._summary()

    def _group(self, group: _Group) -> Iterator[list[str]]:
        first = self.report.findings[group.shown[0]]
        whole = phrases.is_whole(first, self.report.rules)
        yield [*self._title(first, group.levels, whole), ""]
        seen: Counter[str] = Counter()
        for position in group.shown:
            found = self.report.findings[position]
            seen[found.rule] += 1
            yield [*self._finding(found, whole), ""]
            rest = group.rules[found.rule] - FLOOD
            if seen[found.rule] == FLOOD and rest > 0 and not self.options.verbose:
                where = "dataset" if whole else "file"
                more = f"and {phrases.count(rest, f'more {plain(found.rule)} finding')} in this {where}"
                rows = wrap(f"{more} (--verbose or json shows all)", self.width - 2)
                yield [*(self.palette.paint("dim", f"  {row}") for row in rows), ""]

    def _title(self, first: Finding, levels: Counter[Severity], whole: bool) -> Iterator[str]:
        file = None if whole else self.sizes.get(first.place.path)
        label = plain(f"dataset {first.dataset}".rstrip() if whole else first.place.path)
        name = line(f"{label}:")[:-1]  # a colon follows
        counts = phrases.levels(levels) + (f" in {phrases.count(file.records, 'record')}" if file else "")
        title = self.palette.paint("strong", name)
        if cell_len(name) + 2 + cell_len(counts) <= self.width:
            yield f"{title}: {counts}"
        else:
            yield f"{title}:"
            yield from (f"  {row}" for row in wrap(counts, self.width - 2))

    def _finding(self, found: Finding, whole: bool) -> Iterator[str]:
        head = "" if whole else plain(phrases.label(found.place))
        rule = plain(found.rule)
        field = plain(phrases.field(found.place))
        if found.place.line is None and found.place.record is not None:
            field = plain(found.place.pointer)  # the label has the record
        parts = [self.palette.paint("strong", line(head))] if head else []
        parts += [self.palette.severity(found.severity), rule]
        used = 2 + cell_len(" ".join(part for part in (head, found.severity.value, rule) if part))
        fits = bool(field) and used + 2 + cell_len(field) <= self.width
        yield "  " + " ".join(parts) + (f"  {self.palette.paint('dim', field)}" if fits else "")
        if field and not fits:
            yield "    " + self.palette.paint("dim", line(field))
        for row in wrap(plain(found.message), self.width - 4):
            yield f"    {line(row)}"
        yield from self._excerpt(found)
        yield from self._related(found)

    def _excerpt(self, found: Finding) -> Iterator[str]:
        if not found.excerpt or not is_shown(found, self.report.rules):
            return
        piece = excerpt(found.excerpt, found.mark, min(EXCERPT_LENGTH, self.width - 6), cell_len)
        gutter = self.palette.paint("dim", "|")
        before, marked = piece.text[: piece.start], piece.text[piece.start : piece.end]
        shown = before + self.palette.severity(found.severity, marked) if marked else piece.text[: piece.end]
        yield f"    {gutter} {shown}{piece.text[piece.end :]}"
        if found.mark is not None:
            carets = "^" * max(1, cell_len(marked))
            yield f"    {gutter} {' ' * cell_len(before)}{self.palette.severity(found.severity, carets)}"

    def _related(self, found: Finding) -> Iterator[str]:
        for related in found.related[:RELATED]:
            text = f"see {phrases.label(related.ref)}: {related.message}"
            for number, row in enumerate(wrap(plain(text), self.width - 6)):
                yield "    " + self.palette.paint("dim", f"{'  ' if number else ''}{line(row)}")
        if (rest := len(found.related) - RELATED) > 0:
            yield "    " + self.palette.paint("dim", f"and {phrases.count(rest, 'more place')}")

    def _notice(self, severity: Severity, text: str) -> Iterator[str]:
        room = self.width - len(severity.value) - 1
        for number, row in enumerate(wrap(plain(text), room)):
            head = " " * len(severity.value) if number else self.palette.severity(severity)
            yield f"{head} {line(row)}"

    def _summary(self) -> Iterator[list[str]]:
        report = self.report
        ranked = sorted(report.by_rule.items(), key=lambda item: (item[0][0].rank, -item[1], item[0][1]))
        if len(ranked) > 1 or (ranked and self.options.statistics):
            yield [*self._table(ranked), ""]
        good = not report.findings and not report.incomplete and report.records
        verdict = plain(phrases.verdict(report))
        yield [self.palette.paint("good" if good else "strong", line(row)) for row in wrap(verdict, self.width)]
        if ranked:
            hint = f"dslint rule {plain(ranked[0][0][1])} explains a rule"
            yield [self.palette.paint("dim", row) for row in wrap(hint, self.width)]
        if report.incomplete:
            yield [self.palette.severity(Severity.ERROR, "the run is incomplete: see the errors above")]

    def _table(self, ranked: Sequence[tuple[tuple[Severity, str], int]]) -> Iterator[str]:
        limit = len(ranked) if self.options.statistics or self.options.verbose else RULES
        shown = ranked[:limit]
        digits = max(len(f"{number:,}") for _, number in shown)
        names = max(cell_len(plain(rule)) for (_, rule), _ in shown)
        for (severity, rule), number in shown:
            info = self.report.rules.get(rule)
            name = plain(rule)
            head = f"{number:>{digits},}  {severity.value:<7}  {name}{' ' * (names - cell_len(name))}"
            room = self.width - cell_len(head) - 2
            about = cut(plain(info.summary), room) if info and room >= 20 else ""
            level = self.palette.severity(severity) + " " * (7 - len(severity.value))
            row = f"{number:>{digits},}  {level}  {name}"
            yield row + (f"{' ' * (names - cell_len(name))}  {self.palette.paint('dim', about)}" if about else "")
        if len(ranked) > limit:
            yield f"and {phrases.count(len(ranked) - limit, 'more rule')} (--statistics)"


@dataclass(slots=True)
class _Group:
    """The findings of a dataset or a file.

    Attributes:
        levels: How many there are of each severity.
        rules: And of each rule.
        shown: Positions in the report of those that are shown.
    """

    levels: Counter[Severity] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    shown: array[int] = field(default_factory=lambda: array("Q"))


def _groups(report: Report, options: RenderOptions) -> Iterator[_Group]:
    """Yield the findings of each dataset, then those of each file, in order of the worst finding."""
    datasets: dict[str, _Group] = {}
    files: dict[str, _Group] = {}
    for position, found in enumerate(islice(report.findings, options.max_findings)):
        if phrases.is_whole(found, report.rules):
            group = datasets.setdefault(found.dataset, _Group())
        else:
            group = files.setdefault(found.place.path, _Group())
        group.levels[found.severity] += 1
        group.rules[found.rule] += 1
        if options.verbose or group.rules[found.rule] <= FLOOD:
            group.shown.append(position)
    yield from datasets.values()
    yield from files.values()
