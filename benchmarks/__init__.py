"""Measurements: precision of the rules, noise, quality of near-duplicates."""
