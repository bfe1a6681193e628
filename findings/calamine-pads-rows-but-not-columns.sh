#!/usr/bin/env bash
# python-calamine 0.9.1: a sheet's rows are counted from the sheet's first row, its columns from the first filled column.
#
# A table that begins in cell C5 (written with openpyxl 3.1.5) has start == (4, 2) and height 3. iter_rows() nevertheless
# gives the four empty rows above it too, each of the table's width, and leaves out the two empty columns on its left: the
# index of a row is its place in the sheet, the index of a cell is not. Whoever looks a cell up by its place (for its number
# format, which the library does not tell) has to add start[1] to the column and nothing to the row. total_height counts the
# rows from the top as iter_rows() does, but is one less than the number of rows that it gives.
#
# Seen: start (4, 2), height 3, total_height 6, seven rows of two cells, the first four empty.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet python-calamine==0.9.1 openpyxl==3.1.5
cd "$here"
"$here/venv/bin/python" - <<'P'
import openpyxl
from python_calamine import CalamineWorkbook

book = openpyxl.Workbook()
book.active["C5"], book.active["D7"] = "first", "last"
book.save("table.xlsx")
sheet = CalamineWorkbook.from_path("table.xlsx").get_sheet_by_index(0)
rows = list(sheet.iter_rows())
assert (sheet.start, sheet.end) == ((4, 2), (6, 3)), (sheet.start, sheet.end)
assert (sheet.height, sheet.total_height) == (3, 6), (sheet.height, sheet.total_height)
assert rows == [["", ""]] * 4 + [["first", ""], ["", ""], ["", "last"]], rows
print("as described: 7 rows from the top, 2 columns from the table's own left")
P
