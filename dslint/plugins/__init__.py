"""Plugins: what others offer, loaded one at a time."""
