"""Tables for programs: CSV and JSON at full precision."""

import csv
import io
import json
import math
from collections.abc import Sequence

#: None is a number that does not exist; text stays as it is.
Value = float | str | None


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> str:
    """A line of names, then a line for each row; infinities are inf and -inf, None is empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[repr(v) if isinstance(v, float) else v for v in row] for row in rows])
    return stream.getvalue()


def json_text(columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> str:
    """A list of records. JSON has no infinities: they are the strings "inf" and "-inf"."""
    records = [dict(zip(columns, map(_json, row), strict=True)) for row in rows]
    return json.dumps(records, indent=1) + "\n"


def _json(value: Value) -> Value:
    return repr(value) if isinstance(value, float) and math.isinf(value) else value
