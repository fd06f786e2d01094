"""``sarif``: SARIF 2.1.0 for GitHub code scanning and every other consumer of the standard."""

from dslint.report.sarif.log import SarifReporter

__all__ = ["SarifReporter"]
