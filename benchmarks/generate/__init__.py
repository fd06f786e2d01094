"""Datasets of any size, the same for the same seed, written in a stream: what speed and memory are measured on.

The first records of a large set are those of a small one. Text is drawn from a vocabulary with the frequencies of
natural language, so that records which have nothing to do with each other share few phrases; or from a chain of the
words of a file. What is repeated is repeated on purpose: exact and near copies of earlier records, at any distance.
"""
