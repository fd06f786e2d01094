"""Which tools are compared, and how each is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SCRIPTS: Final = Path(__file__).parent
LINT: Final = "lint"
NEAR: Final = "near-duplicates"


@dataclass(frozen=True)
class Peer:
    """A tool.

    Attributes:
        name: What it is called in the table.
        task: What it is compared at.
        requirements: What pip installs; nothing where the tool runs in this environment.
        command: Its words; ``{bin}`` is the folder of its programs, ``{alpaca}``, ``{chat}`` and ``{text}`` are the
            records in that shape, ``{out}`` is a folder to write to.
    """

    name: str
    task: str
    requirements: tuple[str, ...]
    command: tuple[str, ...]


_CHECK: Final = ("{bin}/dslint", "check", "--isolated", "--exit-zero", "--quiet", "--no-cache", "--jobs", "1")
PEERS: Final = (
    Peer("orjson.loads (floor)", LINT, (), ("{bin}/python", f"{_SCRIPTS}/floor.py", "{alpaca}")),
    Peer("dslint", LINT, (), (*_CHECK, "{alpaca}")),
    Peer(
        "dropoutt", LINT, ("dropoutt==1.4.1",),
        ("{bin}/dropoutt", "scan", "{alpaca}", "--offline", "--no-open", "--out", "{out}"),
    ),
    Peer("finelint", LINT, ("finelint==0.2.0",), ("{bin}/finelint", "inspect", "{alpaca}", "--report", "{out}/r.json")),
    Peer("parallelogram", LINT, ("parallelogram==0.4.2",), ("{bin}/parallelogram", "check", "{chat}")),
    Peer("cleanllm", LINT, ("cleanllm==4.0.0",), ("{bin}/cleanllm", "scan", "{alpaca}", "--dup-estimate")),
    Peer("dslint, near-duplicate only", NEAR, (), (*_CHECK, "--select", "near-duplicate", "{alpaca}")),
    Peer("datasketch", NEAR, ("datasketch==2.0.0",), ("{bin}/python", f"{_SCRIPTS}/near_datasketch.py", "{text}")),
    Peer("rensa", NEAR, ("rensa==0.5.0",), ("{bin}/python", f"{_SCRIPTS}/near_rensa.py", "{text}")),
    Peer(
        "text-dedup", NEAR, ("text-dedup==0.4.0",),
        (
            "{bin}/python", "-m", "text_dedup.minhash", "--path", "json", "--data_files", "{text}", "--split", "train",
            "--column", "text", "--ngram", "3", "--num_perm", "128", "--threshold", "0.8", "--batch_size", "1000",
            "--cache_dir", "{out}/cache", "--output", "{out}/kept",
        ),
    ),
)  # fmt: skip
