"""Skeletons of rules and their tests; each works as it stands, so that its author starts from green."""

from __future__ import annotations

from typing import Final

FUNCTION: Final = '''"""Local rules; dslint runs them where the configuration says local-rules = ["lint_rules.py"]."""

from __future__ import annotations

from dslint.api import Record


def check_rule(record: Record) -> None:
    """An answer is a placeholder, so the model learns to give none."""
    assert "FIXME" not in record.response, "answer contains FIXME"
'''

_RECORD: Final = '''"""Answers that are placeholders."""

from __future__ import annotations

from collections.abc import Iterator

from dslint.api import Finding, Record, RecordRule, Severity, Status


class @Title@(RecordRule):
    """An answer is a placeholder, so the model learns to give none.

    Looks at the text of assistant turns.
    """

    severity = Severity.WARNING
    status = Status.PREVIEW
    since = "@version@"

    def check(self, record: Record) -> Iterator[Finding]:
        """Yield a finding for each placeholder."""
        for turn in record.turns("assistant"):
            if "FIXME" in turn.text:
                yield self.finding(turn, "answer contains FIXME")
'''

_DATASET: Final = '''"""Datasets in which too many answers are placeholders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dslint.api import DatasetRule, Field, Finding, Record, Severity, Status


class @Title@(DatasetRule[Counter[str]]):
    """Many answers are placeholders, so the model learns to give none.

    Looks at the share over the dataset.
    """

    severity = Severity.WARNING
    status = Status.PREVIEW
    since = "@version@"

    max_share: float = Field(0.1, gt=0, le=1, description="Largest share of answers that may be placeholders.")

    def zero(self) -> Counter[str]:
        """Return the count of no records."""
        return Counter()

    def add(self, state: Counter[str], record: Record) -> Counter[str]:
        """Count a record in."""
        state["records"] += 1
        state["placeholders"] += "FIXME" in record.response
        return state

    def merge(self, left: Counter[str], right: Counter[str]) -> Counter[str]:
        """Return the sum of both counts."""
        left.update(right)
        return left

    def finish(self, state: Counter[str]) -> Iterator[Finding]:
        """Yield a finding when the share is too large."""
        share = state["placeholders"] / max(state["records"], 1)
        if share > self.max_share:
            yield self.finding(None, f"{share:.0%} of {state['records']} answers contain FIXME", share=share)
'''

_GROUP: Final = '''"""Questions with more than one answer."""

from __future__ import annotations

from collections.abc import Iterator

from dslint.api import Finding, Group, GroupRule, Record, Severity, Status


class @Title@(GroupRule):
    """The same question is answered in different ways, so the model learns none of them.

    Looks at records of one dataset whose prompts are equal.
    """

    severity = Severity.WARNING
    status = Status.PREVIEW
    since = "@version@"

    def key(self, record: Record) -> bytes | None:
        """Group by the prompt."""
        return record.prompt.encode("utf-8", "surrogatepass") or None

    def check(self, group: Group) -> Iterator[Finding]:
        """Yield a finding about a group whose answers differ."""
        first, *others = group.records()
        different = [record for record in others if record.response != first.response]
        if different:
            related = [(record, "a different answer") for record in different[:10]]
            yield self.finding(first, f"the same question has {len(different)} other answers", related=related)
'''

_PAIR: Final = '''"""Pairs of prompts that use the same words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from dslint.api import Cluster, Feature, Finding, PairRule, Record, Severity, Status


@dataclass(frozen=True)
class PromptWords(Feature[frozenset[str]]):
    """The words of the prompt."""

    def compute(self, records: Sequence[Record]) -> Sequence[frozenset[str]]:
        """Return each record's words."""
        return [frozenset(record.prompt.lower().split()) for record in records]


Words = Annotated[frozenset[str], PromptWords]


class @Title@(PairRule):
    """Two prompts use the same words in another order, so one of them teaches little.

    Looks at prompts of one dataset that share their two longest words.
    """

    severity = Severity.WARNING
    status = Status.PREVIEW
    since = "@version@"

    def keys(self, record: Record, words: Words) -> Iterable[bytes]:
        """Yield what records must share to be compared at all."""
        longest = sorted(words, key=lambda word: (-len(word), word))[:2]
        yield " ".join(longest).encode("utf-8", "surrogatepass")

    def compare(self, left: Words, right: Words) -> float:
        """Return the share of words that both have."""
        return len(left & right) / max(len(left | right), 1)

    def check(self, cluster: Cluster) -> Iterator[Finding]:
        """Yield a finding for each member behind the first."""
        for member, ref in enumerate(cluster.refs):
            if member:
                other, score = cluster.link(member)
                related = [(cluster.refs[other], "the prompt it repeats")]
                yield self.finding(ref, f"prompt has {score:.0%} of its words from another", related=related)
'''

RULES: Final = {"record": _RECORD, "dataset": _DATASET, "group": _GROUP, "pair": _PAIR}

_RECORD_TEST: Final = """# @name@

## A placeholder is reported

```jsonl
{"instruction": "Name a colour.", "output": "FIXME"}
```

```findings
1:/output: warning answer contains FIXME
```

## A real answer is not

```jsonl
{"instruction": "Name a colour.", "output": "Teal."}
```

```findings
none
```
"""

_DATASET_TEST: Final = """# @name@

## Half of the answers are placeholders

```jsonl
{"instruction": "Name a colour.", "output": "FIXME"}
{"instruction": "Name a river.", "output": "The Elbe."}
```

```findings
dataset: warning 50% of 2 answers contain FIXME
```

## None is

```jsonl
{"instruction": "Name a colour.", "output": "Teal."}
{"instruction": "Name a river.", "output": "The Elbe."}
```

```findings
none
```
"""

_GROUP_TEST: Final = """# @name@

## One question, two answers

```jsonl
{"instruction": "Name a colour.", "output": "Teal."}
{"instruction": "Name a colour.", "output": "Ochre."}
```

```findings
1: warning the same question has 1 other answers
```

## One question, one answer

```jsonl
{"instruction": "Name a colour.", "output": "Teal."}
{"instruction": "Name a colour.", "output": "Teal."}
```

```findings
none
```
"""

_PAIR_TEST: Final = """# @name@

## The same words in another order

```jsonl
{"instruction": "Name a colour and its complement", "output": "Teal and coral."}
{"instruction": "Name a complement and its colour", "output": "Red and green."}
```

```findings
2: warning prompt has 100% of its words from another
```

## Other words

```jsonl
{"instruction": "Name a colour and its complement", "output": "Teal and coral."}
{"instruction": "List three rivers of Saxony", "output": "Elbe, Mulde, Spree."}
```

```findings
none
```
"""

TESTS: Final = {"record": _RECORD_TEST, "dataset": _DATASET_TEST, "group": _GROUP_TEST, "pair": _PAIR_TEST}
