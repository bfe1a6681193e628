#!/usr/bin/env bash
# pyarrow 26.0.1: the two ways from JSON to typed columns disagree about odd values, and the one from Python objects does not say so.
#
# `pyarrow.array(records, type)` of parsed records and `pyarrow.json.read_json` with the same explicit schema give the same table for
# sound values. Of a fraction where a whole number belongs, the first cuts it off without an error, of a text where a list of texts
# belongs it makes a list of its letters; the second refuses both, and a whole number that is written `1.0` too. So a fallback from
# one to the other changes values unless it looks for these itself.
#
# Seen: 3.5 becomes 3 and "abc" becomes ["a", "b", "c"] by pyarrow.array; ArrowInvalid for 3.5, 1.0 and "abc" by pyarrow.json.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet pyarrow==26.0.1
cd "$here"
"$here/venv/bin/python" - <<'P'
import json

import pyarrow as pa
from pyarrow import json as arrow_json

fields = [("month", pa.int64()), ("lists", pa.list_(pa.string()))]


def from_objects(record):
    return pa.array([record], pa.struct(fields)).to_pylist()[0]


def from_text(record):
    options = arrow_json.ParseOptions(explicit_schema=pa.schema(fields), unexpected_field_behavior="ignore")
    return arrow_json.read_json(pa.BufferReader(json.dumps(record).encode()), parse_options=options).to_pylist()[0]


def refused(record):
    try:
        from_text(record)
    except pa.ArrowInvalid:
        return True
    return False


sound = {"month": 3, "lists": ["a", "b"]}
assert from_objects(sound) == from_text(sound) == sound
assert from_objects({"month": 3.5}) == {"month": 3, "lists": None}
assert from_objects({"lists": "abc"}) == {"month": None, "lists": ["a", "b", "c"]}
assert refused({"month": 3.5}) and refused({"month": 1.0}) and refused({"lists": "abc"})
print("as described:", from_objects({"month": 3.5, "lists": "abc"}))
P
