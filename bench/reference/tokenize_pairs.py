"""Tokenizes marked pairs with transformers' LukeTokenizer: what bench/tokenization.js compares with.

    python bench/reference/tokenize_pairs.py FOLDER < PAIRS        (transformers 4.57.6)

PAIRS is JSON: [text, [[start, end], [start, end]]] each, in code points. Prints as JSON the CPU seconds of all of them,
text by text and in one call, each with a tokenizer just opened ("new") and then once more ("known": its cache has every
word); and the ids that each pair got.
"""

import json
import sys
import time

from transformers import LukeTokenizer


def one_by_one(tokenizer, texts, spans):
    for text, pair in zip(texts, spans):
        tokenizer(text, entity_spans=pair)


def in_one_call(tokenizer, texts, spans):
    tokenizer(texts, entity_spans=spans)


def main():
    (folder,) = sys.argv[1:]
    texts, spans = zip(*json.load(sys.stdin))
    texts, spans = list(texts), [[tuple(span) for span in pair] for pair in spans]
    seconds = {}
    for name, tokenize in (("one by one", one_by_one), ("in one call", in_one_call)):
        tokenizer = LukeTokenizer.from_pretrained(folder, task="entity_pair_classification")
        seconds[name] = {}
        for words in ("new", "known"):
            started = time.process_time()
            tokenize(tokenizer, texts, spans)
            seconds[name][words] = time.process_time() - started
    encoded = tokenizer(texts, entity_spans=spans)
    places = [[[i for i in one if i != -1] for one in pair] for pair in encoded["entity_position_ids"]]
    print(json.dumps({"seconds": seconds, "ids": list(zip(encoded["input_ids"], encoded["entity_ids"], places))}))


if __name__ == "__main__":
    main()
