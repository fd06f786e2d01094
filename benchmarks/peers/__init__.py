"""Other tools, each in an environment of its own, measured side by side on the same records in one run."""
