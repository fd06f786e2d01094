"""What ``dslint check --timings`` prints: the stages of a run, the most expensive first."""

from __future__ import annotations

from dslint.model.timings import Stage, Timings

_SHOWN_FROM = 0.0005
"""Share of the total from which on a rule or feature has its own line."""


def timings_text(timings: Timings, records: int) -> str:
    """Return a table of the stages, with their share of the CPU time of all processes.

    Args:
        timings: What was measured.
        records: How many records were read.
    """
    least = _SHOWN_FROM * timings.cpu_seconds
    shown = [stage for stage in timings.stages if not stage.name or stage.cpu_seconds >= least]
    rest = [stage for stage in timings.stages if stage.name and stage.cpu_seconds < least]
    if rest:
        seconds, entered = sum(stage.cpu_seconds for stage in rest), sum(stage.calls for stage in rest)
        shown.append(Stage(f"{len(rest)} below {_SHOWN_FROM:.2%}", "", seconds, entered))
    total = Stage("all", "", timings.cpu_seconds, 0)
    width = max(len(_label(stage)) for stage in shown)
    lines = [f"{'stage':<{width}}  {'CPU s':>9}  {'share':>6}  {'us/record':>9}  {'calls':>7}"]
    for stage in (*shown, total):
        share = stage.cpu_seconds / timings.cpu_seconds if timings.cpu_seconds else 0.0
        each = stage.cpu_seconds / records * 1e6 if records else 0.0
        calls = f"{stage.calls:>7,}" if stage is not total else ""
        row = f"{_label(stage):<{width}}  {stage.cpu_seconds:>9.3f}  {share:>6.1%}  {each:>9.1f}  {calls}"
        lines.append(row.rstrip())
    memory = f", {timings.peak_memory / 1e6:,.0f} MB in the largest process" if timings.peak_memory else ""
    disk = f", {timings.temporary / 1e6:,.0f} MB in temporary files" if timings.temporary else ""
    return "\n".join([*lines, f"{timings.wall_seconds:.2f} s passed{memory}{disk}"])


def _label(stage: Stage) -> str:
    return f"{stage.stage} {stage.name.rsplit(':', 1)[-1]}".rstrip()
