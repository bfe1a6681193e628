#!/usr/bin/env bash
# pandas 3.1.1 with odfpy 1.4.1, on a sheet of pyexcel-ods3 0.6.1: each True is read as False, and the column is a clean one of bools.
#
# A cell of an OpenDocument sheet holds a boolean as an attribute (`office:boolean-value`), and beside it the text that is shown.
# pandas' own reader takes the text, and everything but the word TRUE in capitals is False: "true", as pyexcel-ods3 writes it, and
# the word in any other language. pyexcel-ods3 itself reads the value, and so does pandas with engine="calamine". A column of who
# agreed to something becomes one of nobody did, without a warning.
#
# Seen: [True, False, True] read as three False; of one value shown in five ways the reader takes one for True.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet \
  pandas==3.1.1 odfpy==1.4.1 pyexcel-ods3==0.6.1 python-calamine==0.9.1
cd "$here"
"$here/venv/bin/python" - <<'P'
import zipfile
import pandas as pd
import pyexcel_ods3
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

wanted = [True, False, True]
pyexcel_ods3.save_data("a.ods", {"people": [["optin"], *[[b] for b in wanted]]})
xml = zipfile.ZipFile("a.ods").read("content.xml").decode()
assert xml.count('office:boolean-value="true"') == 2
assert pyexcel_ods3.get_data("a.ods")["people"][1:] == [[True], [False], [True]]

odf = pd.read_excel("a.ods", engine="odf")["optin"]
cal = pd.read_excel("a.ods", engine="calamine")["optin"]
print("written           ", wanted)
print("pandas, odf       ", odf.tolist())
print("pandas, calamine  ", cal.tolist())
assert pd.read_excel("a.ods")["optin"].tolist() == odf.tolist()   # odf is what .ods gets
assert odf.dtype == bool and odf.tolist() == [False, False, False]
assert cal.dtype == bool and cal.tolist() == wanted

# the same value under five displayed texts: only the text decides
texts = ["TRUE", "true", "WAHR", "VRAI", "1"]
doc, table = OpenDocumentSpreadsheet(), Table(name="people")
for text in texts:
    row, cell = TableRow(), TableCell(valuetype="boolean", booleanvalue="true")
    cell.addElement(P(text=text))
    row.addElement(cell)
    table.addElement(row)
doc.spreadsheet.addElement(table)
doc.save("b.ods")
got = pd.read_excel("b.ods", engine="odf", header=None)[0].tolist()
print("shown as", ", ".join(f"{t} -> {g}" for t, g in zip(texts, got)))
assert got == [True, False, False, False, False]
assert pd.read_excel("b.ods", engine="calamine", header=None)[0].tolist() == [True] * 5
P
echo "as described: cells that hold true are read as False by pandas' ODS engine"
