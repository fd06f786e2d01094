"""What ``dslint init`` writes."""

from __future__ import annotations

from typing import Final

SETTINGS: Final = """\
# dslint's settings for this folder and those below it.
# `dslint config` shows what is in effect, `dslint rules` what can be selected.
# A line that is commented out shows an example.

# The trainer whose behaviour decides how bad a defect is:
# generic, openai, trl, axolotl, llamafactory or unsloth.
target = "generic"

# The severity from which on `dslint check` exits with 1: error, warning, note or never.
fail-on = "error"

# Rules or families to run besides the default ones, and those not to run.
# extend-select = ["diversity"]
# ignore = ["edge-whitespace"]

# Which files of a folder are left out, besides what git ignores.
# extend-exclude = ["data/raw/"]

# Rules of your own; `dslint new-rule NAME` starts one.
# local-rules = ["lint_rules.py"]

# Rules not to report in some files.
# [per-file-ignores]
# "data/legacy/*.jsonl" = ["duplicates"]

# Options and severity of a rule; `dslint rule NAME` lists its options.
# [rules.near-duplicate]
# threshold = 0.9
# severity = "error"

# What is trained on together; without a table, all files of one split: train, validation, test.
# [[datasets]]
# name = "chat"
# files = ["data/chat/*.jsonl"]
"""

PRE_COMMIT_HOOKS: Final = """\
  - repo: local
    hooks:
      # Single staged files: what can be said of a record or a file by itself.
      - id: dslint
        name: dslint (staged files)
        language: python
        additional_dependencies: ["dslint-llm==@version@"]
        entry: dslint check --force-exclude --file-rules-only --output-format concise
        files: '@folder@.*\\.(jsonl|ndjson|json|csv|tsv|parquet|arrow|feather)(\\.(gz|bz2|xz|zst))?$'
        require_serial: true
      # Whole datasets: duplicates, balance, consistency.
      - id: dslint-dataset
        name: dslint (whole datasets)
        language: python
        additional_dependencies: ["dslint-llm==@version@"]
        entry: @entry@
        files: '@folder@.*\\.(jsonl|ndjson|json|csv|tsv|parquet|arrow|feather)(\\.(gz|bz2|xz|zst))?$'
        pass_filenames: false
        require_serial: true
"""

PRE_COMMIT: Final = "repos:\n" + PRE_COMMIT_HOOKS

WORKFLOW: Final = """\
# Checks the datasets on every push to main and every pull request: annotations on the lines, a summary on the run's
# page, and alerts under Security > Code scanning.
name: dslint

on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
  dslint:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      security-events: write # to upload the SARIF file
    steps:
      - uses: actions/checkout@v6
        with:
          lfs: true # without it, files in Git LFS are pointers
      - uses: actions/setup-python@v6
        with:
          python-version: "3.13"
      - run: pip install "dslint-llm==@version@"
      - run: >-
          dslint check --output-format github --output-format sarif:dslint.sarif
          --output-format "markdown:$GITHUB_STEP_SUMMARY" @paths@
      - uses: github/codeql-action/upload-sarif@v4
        # A pull request from a fork has no right to upload.
        if: >-
          always() && hashFiles('dslint.sarif') != '' &&
          (github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository)
        with:
          sarif_file: dslint.sarif
          category: dslint
"""
