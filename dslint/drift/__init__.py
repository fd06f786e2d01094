"""What changed between two versions of data: profiles, records added, removed and changed, and shifts."""
