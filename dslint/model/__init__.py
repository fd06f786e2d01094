"""Frozen data that every layer shares: records, places, findings, reports."""
