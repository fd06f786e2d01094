"""Runs in another process, where a test module cannot be imported by its name."""

from __future__ import annotations

import pickle

from dslint.api import Record


def messages(payload: bytes) -> list[str]:
    rule, record = pickle.loads(payload)
    assert isinstance(record, Record)
    return [finding.message for finding in rule.check(record)]
