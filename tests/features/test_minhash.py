"""Shingles and MinHash: equal to datasketch, independent of blocks, and as similar as the texts."""

# ruff: noqa: RUF001

from __future__ import annotations

import random
import warnings

import numpy as np
import pytest

from dslint.features.minhash import band_keys, bands_for, signatures
from dslint.features.shingles import ShingleSets, jaccard, shingles

WORDS = [f"word{i}" for i in range(300)]
TEXTS = [
    "",
    "one",
    "one two",
    "🙂🙂",
    "今天天气很好我们去公园玩吧",
    "a b c d e f g",
    *(" ".join(WORDS[i : i + 40]) for i in range(20)),
]


def sets(texts: list[str], words: int = 3) -> list[np.ndarray]:
    return [block[i] for block in shingles(texts, words, 5, 5) for i in range(len(block))]


def sketch(texts: list[str], permutations: int = 128, seed: int = 1) -> np.ndarray:
    return np.concatenate([signatures(block, permutations, seed) for block in shingles(texts, 3, 5, 5)])


@pytest.mark.parametrize(("permutations", "seed"), [(128, 1), (64, 7)])
def test_signatures_equal_those_of_datasketch(permutations: int, seed: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what its dependencies warn about is not under test
        from datasketch import MinHash

    for text, row in zip(TEXTS, sketch(TEXTS, permutations, seed), strict=True):
        theirs = MinHash(num_perm=permutations, seed=seed, scheme="affine32", hashfunc=lambda value: value)
        theirs.update_batch([int(value) >> 32 for value in sets([text])[0]])
        assert row.tolist() == theirs.hashvalues.tolist()


def test_a_text_has_the_same_shingles_in_any_company() -> None:
    together = sets(TEXTS)
    for text, shingled in zip(TEXTS, together, strict=True):
        assert sets([text])[0].tolist() == shingled.tolist()
    assert [s.tolist() for s in sets(TEXTS[::-1])][::-1] == [s.tolist() for s in together]


def test_long_texts_are_cut_into_blocks_without_a_trace() -> None:
    long = " ".join(random.Random(1).choices(WORDS, k=60_000))
    assert [s.tolist() for s in sets([long, "a b c d e f", long])] == [
        s.tolist() for one in (long, "a b c d e f", long) for s in sets([one])
    ]


def test_shingles_are_runs_of_words() -> None:
    five, four_of_five = sets(["a b c d e", "a b c d x"])
    assert len(five) == 3
    assert len(np.intersect1d(five, four_of_five)) == 2
    assert jaccard(five, four_of_five) == pytest.approx(2 / 4)


def test_no_two_shingles_share_a_hash() -> None:
    generator = random.Random(2)
    texts = [" ".join(generator.choices(WORDS, k=400)) for _ in range(200)]
    expected = {tuple(words[i : i + 3]) for words in map(str.split, texts) for i in range(398)}
    assert len({int(value) for each in sets(texts) for value in each}) == len(expected)


def test_order_of_words_counts() -> None:
    assert jaccard(*sets(["a b c d e f", "f e d c b a"])) == 0


def test_short_texts_keep_their_symbols() -> None:
    plus, minus = sets(["5 + 3 = ?", "5 - 3 = ?"])
    assert jaccard(plus, minus) < 0.5
    happy, sad = sets(["🙂🙂🙂🙂🙂🙂", "🙁🙁🙁🙁🙁🙁"])
    assert len(happy) == 1
    assert jaccard(happy, sad) == 0


def test_chinese_is_cut_into_characters() -> None:
    left, right = sets(["今天天气很好我们去公园玩吧", "今天天气很好我们去公园玩吧！"])
    assert len(left) == 13 - 4
    assert jaccard(left, right) == 1


def test_signatures_estimate_jaccard() -> None:
    left, right = " ".join(WORDS[:200]), " ".join(WORDS[20:220])
    exact = jaccard(*sets([left, right]))
    rows = sketch([left, right], 1024)
    assert float((rows[0] == rows[1]).mean()) == pytest.approx(exact, abs=0.06)


def test_jaccard_stops_where_sizes_forbid_it() -> None:
    small, large = sets(["a b c d e", " ".join(WORDS)])
    assert jaccard(small, large, at_least=0.5) == 0
    assert jaccard(small, small, at_least=1.0) == 1


def test_bands_of_different_positions_never_meet() -> None:
    rows = np.full((2, 128), 7, dtype=np.uint32)
    keys = band_keys(rows, 32)
    assert keys.shape == (2, 32)
    assert (keys[0] == keys[1]).all()
    assert len(set(keys[0].tolist())) == 32


def test_no_texts() -> None:
    assert list(shingles([], 3, 5, 5)) == []
    empty = ShingleSets(np.empty(0, np.uint64), np.zeros(2, np.int64))
    assert (signatures(empty) == 0xFFFFFFFF).all()


def test_bands_follow_the_threshold() -> None:
    assert [bands_for(similarity) for similarity in (0.95, 0.9, 0.8, 0.7, 0.5, 0.1)] == [8, 16, 16, 32, 64, 64]


def test_similar_texts_become_candidates() -> None:
    generator = random.Random(3)
    met = 0
    for _ in range(200):
        words = generator.choices(WORDS, k=100)
        changed = list(words)
        for place in (20, 60, 90):
            changed[place] = "changed"
        keys = band_keys(sketch([" ".join(words), " ".join(changed)]), bands_for(0.8))
        met += bool((keys[0] == keys[1]).any())
    assert met >= 190
