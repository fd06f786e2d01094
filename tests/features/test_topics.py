"""Vectors of words, clusters of vectors, and the names of clusters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dslint.features.topics.clusters import UNIT, cluster, number_of_clusters, whole
from dslint.features.topics.lexical import lexical_vectors
from dslint.features.topics.names import names
from dslint.features.topics.terms import count_texts, weigh

COOKING = ["soup", "bread", "onion", "oven", "flour", "salad", "butter", "garlic", "pepper", "dough"]
SAILING = ["harbour", "anchor", "sail", "mast", "tide", "rudder", "deck", "buoy", "wind", "captain"]
TAXES = ["income", "deduction", "invoice", "salary", "refund", "audit", "receipt", "revenue", "payroll", "levy"]
COOKED = ["汤", "面", "锅", "葱", "蒜", "油", "盐", "糖", "醋", "菜"]


def about(words: list[str], count: int) -> list[str]:
    return [
        f"Tell me of {words[n % 10]} and {words[(n * 3 + 1) % 10]} for the {words[n // 10 % 10]}" for n in range(count)
    ]


TEXTS = about(COOKING, 60) + about(SAILING, 60) + about(TAXES, 60)


def test_texts_of_one_subject_are_in_one_cluster_and_those_of_others_are_not():
    rows = lexical_vectors(TEXTS)
    labels, cosines = cluster(rows, 3).assign(rows)
    parts = [set(labels[start : start + 60].tolist()) for start in (0, 60, 120)]
    assert [len(part) for part in parts] == [1, 1, 1]
    assert len(set.union(*parts)) == 3
    assert cosines.min() > 0


def test_names_are_words_of_the_subject_and_no_function_words():
    rows = lexical_vectors(TEXTS)
    found = cluster(rows, 3)
    labels = found.assign(rows)[0].tolist()
    named = names(TEXTS, labels, len(found))
    for start, words in ((0, COOKING), (60, SAILING), (120, TAXES)):
        assert set(named[labels[start]].split(", ")) <= set(words)


def test_a_name_does_not_repeat_a_word_in_another_form():
    texts = ["rewrite the sentence", "rewrite both sentences and sentence", "a grammar sentence of sentences"] * 3
    assert names(texts, [0] * len(texts), 1)[0].count("sentenc") <= 1


def test_a_script_without_spaces_is_named_by_pairs_of_characters():
    texts = ["请介绍苹果树", "苹果树在哪里", "苹果的价格"] * 4 + ["发动机坏了", "发动机的声音", "修理发动机"] * 4
    rows = lexical_vectors(texts)
    found = cluster(rows, 2)
    labels = found.assign(rows)[0].tolist()
    named = names(texts, labels, len(found))
    assert "苹果" in named[labels[0]]
    assert {"发动", "动机"} & set(named[labels[12]].split(", "))


def test_words_that_all_texts_share_tell_nothing():
    first, second, third = lexical_vectors(
        ["kindly describe the soup with onion", "kindly describe the anchor on deck", "soup with onion"]
    )
    assert first @ third > 0.7
    assert abs(first @ second) < 0.3


def test_weights_of_one_text_set_serve_for_another():
    weights = weigh(count_texts(TEXTS), len(TEXTS))
    alone = lexical_vectors(TEXTS[7:8], weights)
    assert np.array_equal(alone[0], lexical_vectors(TEXTS, weights)[7])


def test_texts_without_words_have_no_vector_and_no_cluster():
    rows = lexical_vectors([*TEXTS, "", "  \n", "..."])
    found = cluster(rows, 3)
    labels, cosines = found.assign(rows)
    assert labels[-3:].tolist() == [-1, -1, -1]
    assert cosines[-3:].tolist() == [0, 0, 0]


@pytest.mark.parametrize("rows", [np.zeros((0, 8), np.float32), np.zeros((5, 8), np.float32)])
def test_nothing_has_no_clusters(rows):
    found = cluster(rows)
    assert len(found) == 0
    assert found.assign(rows)[0].tolist() == [-1] * len(rows)


def unit_rows(seed: int, count: int, width: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@given(st.integers(0, 1000), st.integers(1, 120), st.sampled_from([3, 64, 384]), st.integers(1, 9))
@settings(max_examples=30, deadline=None)
def test_clusters_depend_on_no_order_and_on_no_cut(seed, count, width, wanted):
    rows = unit_rows(seed, count, width)
    order = np.random.default_rng(seed + 1).permutation(count)
    found = cluster(rows, wanted)
    assert np.array_equal(found.centres, cluster(rows[order], wanted).centres)
    assert np.array_equal(found.centres, cluster(np.concatenate((rows, rows[:5])), wanted).centres)
    whole_labels, whole_cosines = found.assign(rows)
    for size in (1, 7):
        cut = [found.assign(rows[start : start + size]) for start in range(0, count, size)]
        assert np.array_equal(np.concatenate([labels for labels, _ in cut]), whole_labels)
        assert np.array_equal(np.concatenate([cosines for _, cosines in cut]), whole_cosines)


@given(st.integers(0, 1000), st.sampled_from([2, 384, 1024]))
@settings(max_examples=20, deadline=None)
def test_products_of_whole_rows_are_exact(seed, width):
    rows = whole(unit_rows(seed, 40, width))
    exact = rows.astype(np.int64) @ rows.astype(np.int64).T
    assert np.array_equal((rows @ rows.T).astype(np.int64), exact)
    assert exact.max() < 1 << 24
    assert np.abs(exact.diagonal() / UNIT**2 - 1).max() < 0.02


def test_more_texts_have_more_clusters_up_to_a_limit():
    assert [number_of_clusters(n) for n in (1, 3, 20, 200, 1000, 100_000)] == [1, 3, 4, 10, 22, 64]
