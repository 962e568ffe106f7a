"""Texts with spans, and transformers' answers to them, for luke_tokenizer.py and mluke_tokenizer.py."""

import gzip
import hashlib
import json
import platform

import tokenizers
import transformers

PAIR, ENTITY, SPANS = "entity_pair_classification", "entity_classification", "entity_span_classification"

SCRIPTS = [
    "Je voudrais l'attestation de résidence d’Évreux",
    "the teacher's house isn't LARGE they'll I'm we've",
    "Straße Brötchen żaglówka Příliš žluťoučký İzmir ğ ı",
    "nga\u0300y e\u0301te\u0301 Ame\u0301lie o\u0308 z\u0323\u0307 Đà Nẵng",
    "δασκάλα Αθήνα учительница Казань Ґанок",
    "المعلمة بيتا سه‌شنبه המורה קָנְתָה",
    "शिक्षिका वाराणसी শিক্ষিকা ஆசிரியை ครูซื้อบ้าน",
    "先生は京都に 老师在杭州 선생님은 부산에 \u1112\u1161\u11ab 𠮷野家 𝔘𝔫𝔦",
    "መምህሯ მასწავლებელმა Ուսուցչուհին ᏣᎳᎩ ߒߞߏ",
    "🙂 👍🏽 👩‍🏫 🇫🇷 🏠🎉 ☃️ 🧑🏿‍🚀",
    "2022 ½ ٢٠١٨ ２０２２ Ⅷ 1,250.50 x² 12h30 ౩",
    ". , ; : ! ? ( ) « » “ ” — … % € $ # @ & / \\ | ~ ` ^ <b> [UNK]",
    "'s 't 're 'S ’s '' \" -- ... !!! don't l'on",
]
WORDS = [word for line in SCRIPTS for word in line.split(" ")]
BLANKS = [" "] * 12 + ["", "", "  ", "   ", "\n", "\t", "\r\n", " \n ", "\u00a0", " \u00a0", "\u3000", "\u2009"]
BLANKS += ["\u0085", "\u200b", "\ufeff", "\u2028"]


def utf16(text, offset):
    return len(text[:offset].encode("utf-16-le")) // 2


def make_text(rng, words):
    """A text, and the places where a word begins or ends."""
    text, edges = "", {0}
    for _ in range(rng.choice([2, 2, 3, 3, 5, 5, 8, 8, 13, 30])):
        text += rng.choice(BLANKS)
        edges.add(len(text))
        text += rng.choice(words)
        edges.add(len(text))
    return text + rng.choice(["", "", ".", " ", "  ", "\n"]), sorted(edges)


def make_spans(rng, text, edges, task):
    """Spans in code points, at words' ends or anywhere: one, two that do not overlap, or some that may."""
    pool = edges if rng.random() < 0.5 else range(len(text) + 1)
    if task == ENTITY:
        return [tuple(sorted(rng.sample(pool, 2)))] if len(pool) > 1 else None
    if task == SPANS:
        return [tuple(sorted(rng.sample(pool, 2))) for _ in range(rng.randint(1, 6))] if len(pool) > 1 else None
    touching = rng.random() < 0.2
    if len(pool) < 4:
        return None
    offsets = sorted(rng.sample(pool, 3 if touching else 4))
    if touching:
        offsets.insert(2, offsets[1])
    spans = [tuple(offsets[:2]), tuple(offsets[2:])]
    rng.shuffle(spans)
    return spans


def make_case(rng, words, task):
    while True:
        text, edges = make_text(rng, words)
        spans = make_spans(rng, text, edges, task)
        # Of mentions that are white space, a few are enough.
        if spans and (rng.random() < 0.1 or all(text[start:end].strip() for start, end in spans)):
            return text, spans


def run_of(positions):
    """Positions are a run, given by the first and the count."""
    run = [position for position in positions if position != -1]
    assert run == list(range(run[0], run[0] + len(run))) if run else True
    return [run[0], len(run)] if run else [0, 0]


def case(tokenizer, text, spans, **options):
    answer = tokenizer(text, entity_spans=list(spans), **options)
    positions = {
        "starts": answer["entity_start_positions"],
        "ends": answer["entity_end_positions"],
    } if tokenizer.task == SPANS else {}
    return {
        "text": text,
        "spans": [[utf16(text, start), utf16(text, end)] for start, end in spans],
        "inputIds": answer["input_ids"],
        "entityIds": answer["entity_ids"],
        "positions": [run_of(positions) for positions in answer["entity_position_ids"]],
        **positions,
    }


def cases(tokenizer_class, folder, rng, words, counts):
    """For each task as many cases as `counts` says."""
    answers = {}
    for task, count in counts.items():
        tokenizer = tokenizer_class.from_pretrained(folder, task=task)
        answers[task] = [case(tokenizer, *make_case(rng, words, task)) for _ in range(count)]
    return answers


def padded(tokenizer, rng, words):
    """A batch of pairs; two positions are two markers around nothing, which Relata refuses, and are left out."""
    rows = [make_case(rng, words, PAIR) for _ in range(30)]
    rows = [row for row in rows if all(count > 2 for _, count in case(tokenizer, *row)["positions"])][:12]
    batch = tokenizer([text for text, _ in rows], entity_spans=[list(spans) for _, spans in rows], padding="longest")
    keys = ["input_ids", "attention_mask", "entity_ids", "entity_attention_mask", "entity_position_ids"]
    spans = [[[utf16(text, start), utf16(text, end)] for start, end in spans] for text, spans in rows]
    return {"texts": [text for text, _ in rows], "spans": spans, **{key: batch[key] for key in keys}}


def passport(folder, **versions):
    """The facts that the answers depend on."""
    return {
        "versions": {
            "transformers": transformers.__version__,
            "tokenizers": tokenizers.__version__,
            "python": platform.python_version(),
            **versions,
        },
        "sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())},
    }


def write(path, oracle):
    text = json.dumps(oracle, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0))
    counts = {task: len(answers) for task, answers in oracle["cases"].items()}
    print(f"{counts}, {path.stat().st_size} bytes")
