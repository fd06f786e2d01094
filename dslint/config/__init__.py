"""The configuration: where settings come from, and which rules they select."""
