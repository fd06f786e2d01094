"""Texts as vectors: models, the vectors that they gave, and which of them are near one another."""
