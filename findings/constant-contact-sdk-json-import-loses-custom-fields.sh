#!/usr/bin/env bash
# constant-contact-api-client 1.5.0 (the vendor's Python SDK): the contact of an import from JSON takes one custom field, that of the
# documentation's example, and writes `home_country` with a blank.
#
# JsonImportContact is generated from the published schema, where a custom field is shown as the property `cf:custom_field_name`, an
# example of a name, and where one of eighteen address properties is spelled `home country`. So the model has an attribute for a
# custom field that happens to be called custom_field_name, passes over every other `cf:` property without an error, and sends the
# home address's country under a key unlike all its neighbours. A dictionary given to the client's own method goes the same way.
#
# Seen: {"email": …, "home country": "US", "work_country": "US"} of home_country, work_country and cf:shirt_size.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet constant-contact-api-client==1.5.0
cd "$here"
"$here/venv/bin/python" - <<'P'
from constant_contact_api_client.models.json_import_contact import JsonImportContact

given = {"email": "ana@example.com", "home_country": "US", "work_country": "US", "cf:shirt_size": "L"}
sent = JsonImportContact.from_dict(given).to_dict()
built = JsonImportContact(**given).to_dict()
assert built == {"email": "ana@example.com", "home country": "US", "work_country": "US"}, built
assert "cf:shirt_size" not in sent and "home_country" not in sent, sent
assert JsonImportContact(**{"cf:custom_field_name": "L"}).to_dict() == {"cf:custom_field_name": "L"}
print("as described:", built, sent)
P
