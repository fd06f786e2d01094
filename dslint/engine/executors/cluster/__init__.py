"""Run shards on the machines of a Ray cluster."""
