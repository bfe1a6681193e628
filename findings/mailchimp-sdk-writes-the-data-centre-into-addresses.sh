#!/usr/bin/env bash
# mailchimp-marketing 3.0.80: asked for the member observer@example.org, it asks for obus6@example.org.
#
# The SDK's addresses begin with the word `server`, which stands for the account's data centre. It is put in when the path is
# complete, wherever the six letters stand: in an address of somebody (`ann@serverpark.example.org`), in the name of a shop. Reading,
# changing and archiving then go to another record, mostly to one that is not there, and nothing is said. Most addresses, and the
# hashes that may stand for them, hold no such letters.
#
# Seen: three addresses with "us6" in place of "server", a GET and a DELETE among them; one without those letters as it was given.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet \
  mailchimp-marketing==3.0.80 requests==2.34.2 urllib3==2.8.0 six==1.17.0
"$here/venv/bin/python" - <<'P'
import requests
import mailchimp_marketing

seen = []

def record(self, request, **kwargs):
    """Stand where the network would be: note the request, answer {"ok": true}."""
    seen.append((request.method, request.url))
    print(f"{request.method:6} {request.url}")
    answer = requests.Response()
    answer.status_code = 200
    answer.headers["content-type"] = "application/json"
    answer._content = b'{"ok": true}'
    answer.request, answer.url = request, request.url
    return answer

requests.adapters.HTTPAdapter.send = record

client = mailchimp_marketing.Client()
client.set_config({"api_key": "0123456789abcdef0123456789abcdef-us6", "server": "us6"})

client.lists.get_list_member("abc123", "observer@example.org")
client.lists.delete_list_member("abc123", "ann@serverpark.example.org")
client.ecommerce.get_store("server-shop")
client.lists.get_list_member("abc123", "ann@example.org")

base = "https://us6.api.mailchimp.com/3.0"
assert seen == [
    ("GET", base + "/lists/abc123/members/obus6%40example.org"),
    ("DELETE", base + "/lists/abc123/members/ann%40us6park.example.org"),
    ("GET", base + "/ecommerce/stores/us6-shop"),
    ("GET", base + "/lists/abc123/members/ann%40example.org"),
], seen
P
echo 'as described: the SDK put "us6" for "server" inside a member'"'"'s address and a store'"'"'s id'
