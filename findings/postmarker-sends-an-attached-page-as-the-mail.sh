#!/usr/bin/env bash
# postmarker 1.0: of a mail in plain text with a page attached, the page is sent as the mail.
#
# A message of Python's email package is taken apart by the types of its parts alone: the first text/html is the mail in HTML, the
# first text/plain its text, whether it is attached or not. So an attached `report.html` is what the reader sees, and no attachment is
# there; of two attached `.txt` files of a mail in HTML the first becomes its text, and the second stays. An attached `.csv` stays.
#
# Seen: what is sent, for four such mails.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet postmarker==1.0 requests==2.34.2
"$here/venv/bin/python" - <<'P'
import json
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
import requests
from postmarker.core import PostmarkClient

sent = []

def record(self, request, **kwargs):
    """Stand where the network would be: note what is sent to Postmark."""
    sent.append(json.loads(request.body))
    answer = requests.Response()
    answer.status_code = 200
    answer.headers["content-type"] = "application/json"
    answer._content = b'{"ErrorCode": 0, "Message": "OK"}'
    answer.request, answer.url = request, request.url
    return answer

requests.adapters.HTTPAdapter.send = record
client = PostmarkClient(server_token="token")

def send(label, body, *attached):
    mail = MIMEMultipart("mixed")
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "Hi"
    mail.attach(MIMEText(body[0], body[1], "utf-8"))
    for text, kind, name in attached:
        part = MIMEText(text, kind, "utf-8")
        part.add_header("Content-Disposition", "attachment", filename=name)
        mail.attach(part)
    client.emails.send(mail)
    got = sent[-1]
    row = got["TextBody"], got["HtmlBody"], [a["Name"] for a in got["Attachments"]]
    print(f"{label:28}", *map(repr, row))
    return row

assert send("text + report.html", ("Hello", "plain"),
            ("<h1>Figures</h1>", "html", "report.html")) == ("Hello", "<h1>Figures</h1>", [])
assert send("html + licence.txt", ("<p>Hello</p>", "html"),
            ("All rights reserved", "plain", "licence.txt")) == \
    ("All rights reserved", "<p>Hello</p>", [])
assert send("html + a.txt + b.txt", ("<p>Hello</p>", "html"), ("first", "plain", "a.txt"),
            ("second", "plain", "b.txt")) == ("first", "<p>Hello</p>", ["b.txt"])
# for comparison: a type that is no body type stays attached
assert send("text + figures.csv", ("Hello", "plain"),
            ("a,b\n1,2\n", "csv", "figures.csv")) == ("Hello", None, ["figures.csv"])
P
echo "as described: an attached page was sent as the mail's HTML body and not attached"
