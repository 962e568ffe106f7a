"""Parquet files written by pyarrow, and the rows that pyarrow reads from them, for test/parquet.test.ts.

node scripts/oracle/parquet_answers.js   writes answers.parquet there, as Relata writes it
python scripts/oracle/parquet.py split-rows   writes split-rows.parquet (made with pyarrow 14.0.2)
python scripts/oracle/parquet.py         writes the other files, and the rows of all (made with pyarrow 26.0.1)
"""

import base64
import datetime
import gzip
import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

OUT = Path(__file__).resolve().parents[2] / "test" / "oracle" / "parquet"

ENTITY = pa.struct(
    [
        ("start", pa.int32()),
        ("end", pa.int64()),
        ("type", pa.dictionary(pa.int8(), pa.string())),
        ("text", pa.string()),
    ]
)
DOCUMENT = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("entities", pa.list_(ENTITY)),
        ("pairs", pa.list_(pa.list_(pa.int32()))),
        ("metadata", pa.struct([("source", pa.string()), ("year", pa.int16())])),
    ]
)


def document(i):
    name = ["Anna", "Łukasz", "李", "📦"][i % 4]
    text = f"{name} owns the company{' in Paris' * (i % 5)}."
    start = text.index("company")
    units = len(name.encode("utf-16-le")) // 2
    shift = units - len(name)
    entities = [
        {"start": 0, "end": units, "type": "PERSON", "text": name if i % 3 else None},
        {"start": start + shift, "end": start + 7 + shift, "type": None if i % 6 == 5 else "ORG", "text": None},
    ]
    return {
        "id": None if i % 8 == 7 else f"d{i}",
        "text": text,
        "entities": [] if i % 9 == 4 else entities,
        "pairs": [[1, 0]] if i % 9 == 0 else ([] if i % 9 == 1 else None),
        "metadata": {"source": "made", "year": 2000 + i} if i % 4 == 1 else None,
    }


def documents(count):
    return [document(i) for i in range(count)]


def bad_rows():
    rows = documents(12)
    rows[3]["text"] = None
    rows[5]["entities"][1]["end"] = 1000
    rows[8]["pairs"] = [[0, 7]]
    return rows


def invalid_text():
    """A column of strings of which one is no UTF-8, as writers that do not look make them."""
    texts = [b"Anna owns it.", b"Caf\xe9 au lait", "Café au lait".encode()]
    offsets = [0]
    for text in texts:
        offsets.append(offsets[-1] + len(text))
    buffers = [None, pa.py_buffer(b"".join(o.to_bytes(4, "little") for o in offsets)), pa.py_buffer(b"".join(texts))]
    return pa.table({"text": pa.StringArray.from_buffers(3, buffers[1], buffers[2])})


def values():
    """Kinds of values that the layout does not have, but data sets do."""
    moment = datetime.datetime(2026, 11, 29, 12, 30, 15, 250000, tzinfo=datetime.timezone.utc)
    return pa.table(
        {
            "text": pa.array(["a", None, ""], pa.large_string()),
            "long": pa.array([2**53 + 1, -5, None], pa.int64()),
            "unsigned": pa.array([2**64 - 1, 7, None], pa.uint64()),
            "float": pa.array([0.5, None, -1e300], pa.float64()),
            "half": pa.array([1.5, None, 0.25], pa.float32()),
            "flag": pa.array([True, None, False], pa.bool_()),
            "day": pa.array([moment.date(), None, moment.date()], pa.date32()),
            "moment": pa.array([moment, None, moment], pa.timestamp("us", "UTC")),
            "bytes": pa.array([b"\x00\xff\x10\x20", None, b"abcd"], pa.binary(4)),
            "map": pa.array([{"a": 1, "b": None}, None, {}], pa.map_(pa.string(), pa.int32())),
            "deep": pa.array([[[[1], []], []], None, [None, [[2, None], None]]], pa.list_(pa.list_(pa.list_(pa.int32())))),
            "structs": pa.array(
                [[{"a": {"b": ["x", None]}}, {"a": None}, None], [], None],
                pa.list_(pa.struct([("a", pa.struct([("b", pa.list_(pa.string()))]))])),
            ),
            "nothing": pa.nulls(3, pa.int32()),
            "required": pa.array(["x", "y", "z"]),
        }
    )


def plain(value, kind):
    """A value as JSON has it."""
    if value is None:
        return None
    if isinstance(kind, pa.JsonType):
        return json.loads(value)
    if pa.types.is_map(kind):
        return {key: plain(item, kind.item_type) for key, item in value}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return [plain(item, kind.value_type) for item in value]
    if pa.types.is_struct(kind):
        return {field.name: plain(value[field.name], field.type) for field in kind}
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}Z"
    if isinstance(value, datetime.date):
        return f"{value.isoformat()}T00:00:00.000Z"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def rows_of(path):
    table = pq.read_table(path)
    columns = [[plain(value, field.type) for value in table[field.name].to_pylist()] for field in table.schema]
    return [dict(zip(table.schema.names, row)) for row in zip(*columns)]


def split_rows():
    """Lists that go on in the next page, as pyarrow wrote them before it ended pages with rows."""
    lists = [[[i, j] for j in range(i % 11)] if i % 5 else None for i in range(40)]
    table = pa.table({"n": list(range(40)), "text": [f"t{i}" for i in range(40)], "pairs": lists})
    small = {"use_dictionary": False, "data_page_size": 32, "write_batch_size": 3}
    pq.write_table(table, OUT / "split-rows.parquet", row_group_size=33, **small)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    rows = {}

    def write(name, table, **options):
        path = OUT / f"{name}.parquet"
        pq.write_table(table, path, **options)
        # pyarrow refuses the whole column for a text that is no UTF-8.
        if name != "invalid":
            rows[name] = rows_of(path)

    table = pa.Table.from_pylist(documents(30), DOCUMENT)
    write("snappy", table, row_group_size=7)
    paged = {"data_page_size": 64, "write_batch_size": 4, "write_page_index": True}
    write("zstd-pages", table, compression="zstd", data_page_version="2.0", use_dictionary=False, **paged)
    write("gzip-pages", table, compression="gzip", row_group_size=20, **paged)
    large = [{"text": "Anna " * 60_000, "entities": [{"start": 0, "end": 4, "type": "P", "text": "Anna"}]}]
    write("large", pa.Table.from_pylist(large * 3, DOCUMENT), compression="zstd", row_group_size=2)
    write("text", pa.table({"text": [row["text"] for row in documents(10)]}), compression="gzip", row_group_size=4)
    write("bad-rows", pa.Table.from_pylist(bad_rows(), DOCUMENT), row_group_size=5)
    write("empty", table.slice(0, 0))
    write("invalid", invalid_text())
    for codec in ("none", "lz4", "brotli"):
        write(f"values-{codec}", values(), compression=codec)
    for name in ("answers", "split-rows"):
        rows[name] = rows_of(OUT / f"{name}.parquet")
    golden = json.dumps(rows, ensure_ascii=False, allow_nan=False).encode()
    (OUT / "rows.json.gz").write_bytes(gzip.compress(golden, mtime=0))


if sys.argv[1:] == ["split-rows"]:
    split_rows()
else:
    main()
