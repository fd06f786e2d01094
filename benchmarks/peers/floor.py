"""The floor: read each line of a file and parse it."""

import sys

import orjson

with open(sys.argv[1], "rb") as file:
    for line in file:
        orjson.loads(line)
