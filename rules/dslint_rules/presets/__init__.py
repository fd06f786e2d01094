"""Presets: named selections with options."""

from __future__ import annotations

from collections.abc import Mapping

from dslint.api import Preset, hookimpl


@hookimpl
def dslint_presets() -> Mapping[str, Preset]:
    """Return the built-in presets."""
    return {
        "recommended": Preset("Every stable rule that is on by default."),
        "strict": Preset(
            "Every rule, preview rules included; any finding fails the run.",
            select=("ALL",),
            settings={"preview": True, "fail-on": "note"},
        ),
        "article": Preset(
            "The checklist of dataset curation for instruction tuning: near-duplicates from a Jaccard similarity of "
            "0.9, and no type of task above 80 %.",
            rules={
                "near-duplicate": {"threshold": 0.9, "unit": "jaccard"},
                "dominant-type": {"max-share": 0.8, "severity": "error"},
            },
        ),
        "lima": Preset(
            "A thousand examples, each of which counts: lack of variety is reported sooner and as worse.",
            rules={
                "near-duplicate": {"severity": "error"},
                "dominant-type": {"max-share": 0.25, "severity": "warning"},
                "prompt-template-share": {"max-share": 0.1, "severity": "warning"},
                "low-type-diversity": {"severity": "warning"},
            },
        ),
        **{
            target: Preset(f"What {behaviour}.", settings={"target": target})
            for target, behaviour in (
                ("openai", "OpenAI's fine-tuning service refuses or drops"),
                ("trl", "TRL refuses or drops"),
                ("axolotl", "axolotl refuses or drops"),
                ("llamafactory", "LLaMA-Factory refuses or drops"),
                ("unsloth", "Unsloth refuses or drops, which trains through TRL's trainer: levels are TRL's"),
            )
        },
    }
