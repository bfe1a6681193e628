#!/usr/bin/env bash
# vcf 2.1.2 (npm): a card of Apple's that is read and written again has X-AB-LABEL where it had X-ABLabel.
#
# The names of properties know no case, so that capitals would be fine. But a name in mixed case is taken apart at its capitals:
# X-ABLabel, the label of a phone or a date in Apple's address book, and X-ABShowAs, which says that a card is a company's, become
# names that nobody looks for. Names written in capitals stay as they are, and so do groups and values.
#
# Seen: vobject 0.9.9 and ical.js 2.2.1 find the label before, and none after.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet vobject==0.9.9 python-dateutil==2.9.0.post0
cd "$here"
printf '{"name":"t","version":"1.0.0","private":true}\n' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts vcf@2.1.2 camelcase@5.3.1 ical.js@2.2.1 >/dev/null
cat > t.cjs <<'JS'
const assert = require('node:assert');
const fs = require('node:fs');
const vCard = require('vcf');
const before = ['BEGIN:VCARD', 'VERSION:3.0', 'N:Lee;Ann;;;', 'FN:Ann Lee',
  'item1.TEL:+1 650 253 0000', 'item1.X-ABLabel:Boat', 'X-ABShowAs:COMPANY',
  'X-ABADR:de', 'X-PHONETIC-LAST-NAME:Lee', 'END:VCARD', ''].join('\r\n');
const after = new vCard().parse(before).toString();
fs.writeFileSync('before.vcf', before);
fs.writeFileSync('after.vcf', after);
const line = (text, end) => text.split(/\r?\n/).find((l) => l.endsWith(end));
for (const end of [':Boat', ':COMPANY', ':de', 'NAME:Lee'])
  console.log(`before: ${line(before, end).padEnd(27)}after: ${line(after, end)}`);
assert.strictEqual(line(after, ':Boat'), 'item1.X-AB-LABEL:Boat');
assert.strictEqual(line(after, ':COMPANY'), 'X-AB-SHOW-AS:COMPANY');
assert.strictEqual(line(after, ':de'), 'X-ABADR:de');
assert.strictEqual(line(after, 'NAME:Lee'), 'X-PHONETIC-LAST-NAME:Lee');
assert.strictEqual(line(after, '0000'), 'item1.TEL:+1 650 253 0000');
assert.strictEqual(new vCard().parse(after).toString(), after);
JS
node t.cjs
cat > i.mjs <<'JS'
import assert from 'node:assert';
import fs from 'node:fs';
import ICAL from 'ical.js';
const label = (f) => new ICAL.Component(ICAL.parse(fs.readFileSync(f, 'utf8'))).getFirstPropertyValue('x-ablabel');
assert.strictEqual(label('before.vcf'), 'Boat');
assert.strictEqual(label('after.vcf'), null);
JS
node i.mjs
"$here/venv/bin/python" - <<'P'
import vobject
def label(name):
    card = vobject.readOne(open(name, newline="").read())
    found = card.contents.get("x-ablabel")
    return found[0].value if found else None
print(f"vobject reads the label: before {label('before.vcf')!r}, after {label('after.vcf')!r}")
assert (label("before.vcf"), label("after.vcf")) == ("Boat", None)
P
echo 'as described: X-ABLabel was read and X-AB-LABEL written, and no reader finds the label'
