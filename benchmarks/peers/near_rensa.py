"""Near-duplicates by rensa alone: three-word shingles, 128 permutations, 16 bands."""

import json
import sys

from rensa import RMinHash, RMinHashLSH

index = RMinHashLSH(threshold=0.8, num_perm=128, num_bands=16)
found = 0
with open(sys.argv[1], encoding="utf-8") as file:
    for number, line in enumerate(file):
        words = json.loads(line)["text"].lower().split()
        signature = RMinHash(num_perm=128, seed=42)
        signature.update([" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))])
        found += bool(index.query(signature))
        index.insert(number, signature)
print(found)
