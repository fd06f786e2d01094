from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dslint.api import Record, Ref, Source
from dslint.model.record import Message, Part

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a distribution on the path, with one entry point for each module of it."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def put(name: str, version: str = "1.2.3", metadata: str = "", **modules: str) -> None:
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}")
        points = "".join(f"{module.removeprefix('acme_')} = {module}\n" for module in modules)
        (info / "entry_points.txt").write_text(f"[dslint]\n{points}")
        for module, text in modules.items():
            (site / f"{module}.py").write_text(text)
            monkeypatch.delitem(__import__("sys").modules, module, raising=False)

    return put


@pytest.fixture
def record() -> Record:
    ref = Ref("data.jsonl", 0, 1, 1)
    turns = (("user", "/instruction", "Extract the name."), ("assistant", "/output", "Ada"))
    messages = tuple(Message(role, (Part("text", text, pointer),), pointer, ref) for role, pointer, text in turns)
    return Record(ref, {"instruction": "Extract the name.", "output": "Ada"}, "alpaca", messages, Source("data.jsonl"))
