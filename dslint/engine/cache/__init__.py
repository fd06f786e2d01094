"""Results of earlier runs, so that a run over unchanged data reads no record again."""
