"""Measurements: speed, growth and memory against other tools, precision of the rules, noise, near-duplicates.

``python -m benchmarks COMMAND`` runs one; ``python -m benchmarks --help`` lists them.
"""
