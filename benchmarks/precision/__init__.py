"""Precision of the rules on real data, as a person judges it.

1. ``python -m benchmarks precision sample FOLDER -o sheet.jsonl`` runs all rules over each dataset in a folder and
   writes a sample of the findings of each rule, the same one for the same seed.
2. A person sets ``verdict`` in each line of the sheet: true, false or "unclear".
3. ``python -m benchmarks precision verdicts sheet.jsonl -o verdicts.jsonl`` keeps rule, fingerprint and verdict: no
   text of any record, so that the file can be committed.
4. ``python -m benchmarks precision table verdicts.jsonl`` prints hits, read, true and a Wilson interval for each rule.

A sheet that is drawn with ``--verdicts verdicts.jsonl`` is filled in with what was judged before.
"""
