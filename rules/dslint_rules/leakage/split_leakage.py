"""Records of a held-out split that are trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import ClassVar, Final

from dslint.api import Cluster, Field, Finding, PairRule, Record, Scope, Severity
from dslint.features.patterns import expression
from dslint.features.question import Asked, Question, asked, asking_turn
from dslint.features.repeats import file_by_file, name, name_in_file, related_name, unread
from dslint.features.similarity import ask_alike
from dslint.features.splits import is_held_out

_PASSAGE: Final = "something else about the passage of"
_TEMPLATE: Final = "the same with other numbers or names as"
_PARTICULAR: Final = expression(r"\d+|(?<=[a-z,;] )[A-Z]\w+")
_WORD: Final = expression(r"\w+")
_READ = 10_000


class SplitLeakage(PairRule):
    """A held-out question is trained on, so validation and test measure memory instead of skill.

    Records of a training file are compared with those of validation and test files, which file or folder names, or
    `datasets` in the configuration, tell apart; files that say nothing count as training. With one side only there is
    nothing to compare and the rule does not run.

    The question is all that the model is given but the system prompt. The same question after normalisation, whatever
    the answer, is an error; so is the same plain text. A warning is a question that is nearly the same: a Jaccard
    similarity of three-word runs of at least 0.7, or half of the held-out question's 13-word runs found in the other.
    Lines that a hundredth of a dataset's prompts share do not count, and questions of less than twelve bytes, such as
    greetings, neither. A question that is nothing but such lines counts only with the same answer.

    Two different questions about one passage leak the passage only, and one question with other numbers leaks its
    template: each is a note, said once for a pair of files. So is everything else where there are more than twenty.

    **When to ignore.** Questions made from one template with other names can pass for nearly the same.

    **References.** Lee et al., Deduplicating Training Data Makes Language Models Better (2021); Brown et al., Language
    Models are Few-Shot Learners (2020), appendix C.
    """

    severity: ClassVar[Severity] = Severity.ERROR
    scope: ClassVar[Scope] = Scope.RUN
    across_splits: ClassVar[bool] = True
    precision: ClassVar[str] = (
        "28 of 30 warnings read (GPTeacher toolformer, Glaive, split at random) ask for the same; the other two differ "
        "in a time or a place without a capital letter. Errors are the same by definition. GSM8K: no error or warning, "
        "one note for its two pairs from one template."
    )

    threshold: float = Field(0.5, gt=0, le=1, description="Share of the held-out question's 13-word runs.")
    jaccard: float = Field(0.7, gt=0, le=1, description="Jaccard similarity of three-word runs.")

    # Of each question; the rule runs only where there is held-out data.
    def keys(self, _record: Record, question: Question) -> Iterator[bytes]:
        """Make candidates of the same questions, and of those that share a run of eight words."""
        if question.digest:
            yield question.digest
            for run in question.screen.tolist():
                yield run.to_bytes(8, "little")

    def compare(self, left: Question, right: Question) -> float:
        """Return the similarity where it is enough; which of both is held out is not known yet."""
        if left.digest == right.digest:
            return 1.0
        return max(self._near(left, right), self._near(right, left))

    def check(self, cluster: Cluster) -> Iterator[Finding]:
        """Report each record that is trained on with the held-out one that it is most like."""
        records = cluster.records(_READ)
        questions = asked(records)
        held = {q.digest: n for n, q in reversed([*enumerate(questions)]) if q.digest and is_held_out(records[n])}
        for number, (record, question) in enumerate(zip(records, questions, strict=True)):
            if is_held_out(record):
                continue
            if question.digest in held:
                yield self._report(record, records[held[question.digest]], 1.0)
                continue
            other, similarity = cluster.link(number)
            if other < len(records):
                lesser = _lesser(questions[other], question)
                yield self._report(record, records[other], similarity, lesser)
        yield from unread(self, cluster.refs, _READ, "are linked to")

    def gather(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Say once what is true of many records of a file, and what is a note."""
        kinds: dict[Severity, list[Finding]] = {severity: [] for severity in Severity}
        for finding in findings:
            kinds[finding.severity].append(finding)
        yield from file_by_file(self, kinds[Severity.ERROR], "ask the same as records")
        for finding in file_by_file(self, kinds[Severity.WARNING], "ask nearly the same as records"):
            yield finding.with_(severity=Severity.WARNING)
        yield from _once(kinds[Severity.NOTE])

    def _near(self, held_out: Asked, other: Asked) -> float:
        coverage = held_out.coverage(other)
        jaccard = held_out.jaccard(other)
        if jaccard >= self.jaccard:
            return min(0.99, max(jaccard, coverage, self.threshold))
        return min(0.99, coverage) if coverage >= self.threshold else 0.0

    def _report(self, record: Record, held: Record, similarity: float, lesser: str = "") -> Finding:
        related = [(held, "the held-out record")]
        where = f"{related_name()}, which is held out"
        turn = asking_turn(record)
        if lesser:
            note = Severity.NOTE
            return self.finding(turn, lesser, severity=note, score=similarity / 2, related=related, key=lesser)
        if similarity == 1:
            return self.finding(turn, f"asks the same as {where}", score=1.0, related=related)
        message = f"asks nearly the same as {where}: similarity {similarity:.2f}"
        return self.finding(turn, message, severity=Severity.WARNING, score=similarity, related=related)


def _lesser(held: Asked, question: Asked) -> str:
    """Return what two similar questions have in common, where it is less than what they ask."""
    if not ask_alike(held.units, question.units):
        return _PASSAGE
    words = {word for unit in question.units for word in _WORD.findall(unit.lower())}
    particular = {word.lower() for unit in held.units for word in _PARTICULAR.findall(unit)}
    return "" if particular <= words else _TEMPLATE


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Say each kind of note once for a pair of files."""
    first: dict[tuple[str, str, str], Finding] = {}
    count: Counter[tuple[str, str, str]] = Counter()
    for finding in findings:
        pair = (finding.key, finding.place.path, finding.related[0].ref.path)
        first.setdefault(pair, finding)
        count[pair] += 1
    for pair, finding in first.items():
        kind, _, path = pair
        held = finding.related[0].ref
        message = f"asks {kind} {name(held, finding.place)}"
        if count[pair] > 1:
            preposition = kind.rpartition(" ")[2]
            message = (
                f"{count[pair]:,} records ask {kind} records of {path}, the first {preposition} {name_in_file(held)}"
            )
        yield finding.with_(message=message, properties={"count": count[pair]})
