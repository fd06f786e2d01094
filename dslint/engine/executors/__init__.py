"""Ways to run shards: in this process, or in several. Each gives the results in the order of the shards."""
