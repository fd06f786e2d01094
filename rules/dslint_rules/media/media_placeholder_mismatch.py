"""The rule ``media-placeholder-mismatch``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from dslint.api import DatasetRule, Field, Finding, Levels, Record, Ref, Scope, Severity, Target, keys, shared
from dslint.features.tally import Tally
from dslint_rules.media._count import Count, count_files, count_parts, in_words, marked_otherwise

_EACH: Final = 50
_SHOWN: Final = 5
_KEYS: Final = {"image": ("images", "image"), "video": ("videos", "video"), "audio": ("audios", "audio")}
_ALL_KEYS: Final = frozenset(key for keys in _KEYS.values() for key in keys)
_UNMARKED: Final = "records with media and no placeholder at all"
_ADDS: Final = frozenset({Target.TRL, Target.UNSLOTH})
"""Trainers that put a placeholder for each image before a first question that has none."""


@dataclass(slots=True)
class Media:
    """What was counted in one file."""

    records: int = 0
    wrong: Tally = field(default_factory=lambda: Tally(_EACH))
    unmarked: Tally = field(default_factory=lambda: Tally(_SHOWN))


class MediaPlaceholderMismatch(DatasetRule[Media]):
    """A text has more or fewer placeholders such as `<image>` than the record has files, and training stops there.

    Counted are `<image>`, `<video>` and `<audio>` in all turns but the system's, and content parts of these kinds that
    name no file, against the entries of `images`, `videos` and `audios` (or `image`, `video`, `audio`) that are not
    null. Only records that have such a key are looked at, no file is opened. Content parts that name their file need no
    list. Records with a list of files and no placeholder at all are said once for the file. With `target = "trl"` and
    `"unsloth"` only content parts count as images: these put placeholders before a first question that has none.

    **Why.** LLaMA-Factory and TRL raise an error in the middle of preprocessing. Where nothing checks, the model is
    shown one image and asked about another.

    **When to ignore.** Where your own collator places the media. The options name placeholders that it looks for.

    **References.** [LLaMA-Factory#5658](https://github.com/hiyouga/LLaMA-Factory/issues/5658),
    [LLaMA-Factory#7909](https://github.com/hiyouga/LLaMA-Factory/issues/7909),
    [axolotl#2567](https://github.com/axolotl-ai-cloud/axolotl/issues/2567).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = (
        "No finding in 39 records with media of 5 public files (LLaMA-Factory's demo sets); so findings were read "
        "on made data only."
    )
    kinds_of_finding: ClassVar[Mapping[str, Levels]] = {
        _UNMARKED: Levels(Severity.WARNING, {Target.LLAMAFACTORY: Severity.ERROR})
    }
    scope: ClassVar[Scope] = Scope.FILE

    image: str = Field("<image>", min_length=1, description="What stands for an image.")
    video: str = Field("<video>", min_length=1, description="What stands for a video.")
    audio: str = Field("<audio>", min_length=1, description="What stands for audio.")
    target: Target = shared(Target.GENERIC, description="Trainer that the data is for.")

    candidates = keys(*_ALL_KEYS)

    def zero(self) -> Media:
        """Return no counts."""
        return Media()

    def add(self, state: Media, record: Record) -> Media:
        """Count a record's placeholders and files."""
        data = record.data
        if data.__class__ is not dict or _ALL_KEYS.isdisjoint(data) or not record.messages:
            return state
        state.records += 1
        for kind in _KEYS:
            found = self._mismatch(record, kind)
            if found is None:
                continue
            where, count = found
            if count.marks == 0:
                state.unmarked.add(where, in_words(kind, count))
            else:
                state.wrong.add(where, in_words(kind, count, self._mark(kind)))
        return state

    def merge(self, left: Media, right: Media) -> Media:
        """Add counts up."""
        left.records += right.records
        left.wrong.merge(right.wrong)
        left.unmarked.merge(right.unmarked)
        return left

    def finish(self, state: Media) -> Iterator[Finding]:
        """Report each record, or the file where there are many; records without any placeholder once."""
        wrong, unmarked = state.wrong, state.unmarked
        if wrong.count <= _EACH:
            for example in wrong.examples:
                yield self.finding(example.ref, example.note)
        else:
            yield self._once(wrong, state.records, f"such as: {wrong.examples[0].note}", "wrong", None)
        if unmarked.count:
            severity = self.level(_UNMARKED)
            yield self._once(unmarked, state.records, "and no placeholder for them", "unmarked", severity)

    def _once(self, tally: Tally, total: int, what: str, key: str, severity: Severity | None) -> Finding:
        has = "have media" if key == "unmarked" else "have placeholders that do not match their media,"
        return self.finding(
            tally.examples[0].ref,
            f"{tally.count:,} of {total:,} records {has} {what}",
            severity=severity,
            related=[(example.ref, example.note) for example in tally.examples[1:_SHOWN]],
            key=key,
            count=tally.count,
            records=total,
        )

    def _mark(self, kind: str) -> str:
        return {"image": self.image, "video": self.video, "audio": self.audio}[kind]

    def _mismatch(self, record: Record, kind: str) -> tuple[Ref, Count] | None:
        key = next((key for key in _KEYS[kind] if key in record.data), None)
        if key is None or not isinstance(record.data[key], list | str | dict | None):
            return None
        files = count_files(record.data[key])
        texts = [turn.text for turn in record.messages if turn.role != "system"]
        bare, own = count_parts(record, kind)
        marks = bare
        if kind != "image" or self.target not in _ADDS:
            marks += sum(text.count(self._mark(kind)) for text in texts)
        elif not marks:
            return None
        if marks == files or (own and not marks):
            return None
        if not marks and (key == kind or marked_otherwise(texts, kind)):
            return None
        where = (
            record.ref.at(f"/{key}")
            if files
            else next((turn.ref for turn in record.messages if self._mark(kind) in turn.text), record.ref.at(f"/{key}"))
        )
        return where, Count(marks, files)
