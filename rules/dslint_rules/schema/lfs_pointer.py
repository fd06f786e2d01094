"""The rule ``lfs-pointer``."""

from __future__ import annotations

from typing import ClassVar

from dslint.api import DamageKind, DamageRule, Severity


class LfsPointer(DamageRule):
    """A file is a Git LFS pointer instead of the data, so there is nothing to train on.

    **Why.** A clone without Git LFS leaves a three-line text file where the data should be. Loaders report it as broken
    JSON or Parquet, or read its lines as text.

    **When to ignore.** Never for data that is to be trained on: run `git lfs pull`. Exclude files that are not fetched
    on purpose.

    **References.** [Git LFS specification](https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = "no finding on 27 public files; the test is exact"
    kinds: ClassVar[frozenset[DamageKind]] = frozenset({DamageKind.LFS_POINTER})
