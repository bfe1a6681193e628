#!/usr/bin/env bash
# @usebruno/converters 0.23.0: a request whose query holds an address goes to Postman without any address.
#
# That of an OAuth sign-in does: `?redirect_uri=https://…`. Bruno takes it from Postman and holds it whole; exported again, its name,
# method and headers are there and its address is `{}`, as postman-collection 5.3.1 reads it. Written with %3A%2F%2F it survives.
# Where the server's name is a variable it is not even said on stderr, and the query comes back twice.
#
# Seen: '' for the first, the address itself for the escaped one, a doubled query for the one with a variable.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
printf '{"name":"t","version":"1.0.0","private":true}\n' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  @usebruno/converters@0.23.0 postman-collection@5.3.1 >/dev/null
cat > t.cjs <<'JS'
const assert = require('node:assert');
const { postmanToBruno, brunoToPostman } = require('@usebruno/converters');
const { Collection, Url } = require('postman-collection');

const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
const complaints = [];
console.error = (...words) => complaints.push(words.join(' '));

async function roundTrip(label, raw) {
  // the address taken apart by Postman's own library, as Postman saves it
  const url = { raw, ...new Url(raw).toJSON() };
  assert.strictEqual(new Url(url).toString(), raw);
  const there = await postmanToBruno({
    info: { name: 'C', schema },
    item: [{ name: 'Sign in', request: { method: 'GET', header: [{ key: 'Accept', value: 'text/html' }], url } }]
  });
  const bruno = there.collection || there;
  assert.strictEqual(bruno.items[0].request.url, raw);      // Bruno has it whole
  const back = brunoToPostman(bruno);
  const item = new Collection(back).items.all()[0];
  assert.strictEqual(item.name, 'Sign in');
  assert.strictEqual(item.request.method, 'GET');
  assert.strictEqual(item.request.headers.get('Accept'), 'text/html');
  console.log(label.padEnd(10), 'in Bruno:', raw);
  console.log(' '.repeat(10), 'exported:', `'${item.request.url}'`);
  return { json: back.item[0].request.url, text: item.request.url.toString() };
}

(async () => {
  const query = 'client_id=abc&redirect_uri=https://app.example.com/cb';

  const plain = await roundTrip('plain', 'https://auth.example.com/authorize?' + query);
  assert.deepStrictEqual(plain.json, {});
  assert.strictEqual(plain.text, '');
  assert.strictEqual(complaints.length, 1);
  assert.ok(complaints[0].startsWith('Invalid URL format: https://auth.example.com/'));

  const escapedUrl = 'https://auth.example.com/authorize?client_id=abc&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb';
  assert.strictEqual((await roundTrip('escaped', escapedUrl)).text, escapedUrl);

  const variable = await roundTrip('variable', '{{auth}}/authorize?' + query);
  assert.strictEqual(variable.text, `{{auth}}/authorize?${query}?${query}`);
  assert.strictEqual(complaints.length, 1);                 // of this one not a word
})().catch((e) => { console.log(e); process.exit(1); });
JS
node t.cjs
echo 'as described: the exported sign-in request has a method, a name and no address'
