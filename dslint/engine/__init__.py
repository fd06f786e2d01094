"""Runs rules: plan, screen, shards, reduction, groups, places, executors."""
