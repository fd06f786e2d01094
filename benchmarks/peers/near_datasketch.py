"""Near-duplicates by datasketch alone: three-word shingles, 128 permutations, its own bands for 0.8."""

import json
import sys

from datasketch import MinHash, MinHashLSH

index = MinHashLSH(threshold=0.8, num_perm=128)
found = 0
with open(sys.argv[1], encoding="utf-8") as file:
    for number, line in enumerate(file):
        words = json.loads(line)["text"].lower().split()
        signature = MinHash(num_perm=128)
        signature.update_batch([" ".join(words[i : i + 3]).encode() for i in range(max(1, len(words) - 2))])
        found += bool(index.query(signature))
        index.insert(number, signature)
print(found)
