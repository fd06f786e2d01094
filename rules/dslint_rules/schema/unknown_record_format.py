"""The rule ``unknown-record-format``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from dslint.api import DatasetRule, Finding, Record, Scope, Severity, Target, formats
from dslint_rules.schema._keys import RECORD, KeyUse

_SHOWN: Final = 6


class UnknownRecordFormat(DatasetRule[KeyUse]):
    """No record of a file has a known format, so nothing says which text is the prompt and which is the answer.

    **Why.** A trainer that looks for `messages` or `instruction` stops or finds empty records, and dslint cannot judge
    texts that it does not find: a file without findings would only seem clean. OpenAI,
    TRL and Unsloth, which trains through TRL's trainer, refuse such a file, which makes it an error for them; the
    others can be told which keys to read.

    **When to ignore.** Where the file is for a reader of your own. Rather say which keys hold prompt and answer, with
    `columns` of a dataset in the configuration, and the file is checked.

    **References.** [TRL dataset formats](https://huggingface.co/docs/trl/dataset_formats),
    [axolotl dataset formats](https://docs.axolotl.ai/docs/dataset-formats/).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "no finding in 48,367 records of 27 public files, all of which have a known format. Known: files for a "
        "reader of your own"
    )
    targets: ClassVar[Mapping[Target, Severity]] = dict.fromkeys(
        (Target.OPENAI, Target.TRL, Target.UNSLOTH), Severity.ERROR
    )
    scope: ClassVar[Scope] = Scope.FILE

    candidates = formats("unknown")

    def zero(self) -> KeyUse:
        """No record seen."""
        return KeyUse()

    def add(self, state: KeyUse, record: Record) -> KeyUse:
        """Count the keys of records without a format, and the records that have one."""
        if record.format != "unknown":
            state.turns += 1
        elif record.data.__class__ is dict:
            state.records += 1
            for key in record.data:
                state.count(RECORD, key, record.ref, "", None)
        return state

    def add_rest(self, state: KeyUse, records: Sequence[Record], /) -> KeyUse:
        """Count records that have a format."""
        state.turns += len(records)
        return state

    def merge(self, left: KeyUse, right: KeyUse) -> KeyUse:
        """Add up."""
        return left.merge(right)

    def finish(self, state: KeyUse) -> Iterator[Finding]:
        """Report the file once, with the keys that its records have."""
        if state.turns or not state.records:
            return
        keys = sorted(state.at(RECORD).items(), key=lambda item: (-item[1].count, item[0]))
        shown = ", ".join(f"`{key[:30]}`" for key, _ in keys[:_SHOWN])
        more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
        place = min((seen.place for _, seen in keys), key=lambda ref: ref.order, default=None)
        yield self.finding(place, f"{state.records} records of no known format, with the keys {shown}{more}")
