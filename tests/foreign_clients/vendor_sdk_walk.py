"""Runs in the SDK's own environment: walks the sandbox with it, and prints what it saw as one JSON object."""

import json
import sys
import tempfile
import time
from pathlib import Path

import constant_contact_api_client as sdk

about = json.load(sys.stdin)
client = sdk.ApiClient(sdk.Configuration(host=about["api"], access_token=about["access_token"]))
contacts, lists = sdk.ContactsApi(client), sdk.ContactListsApi(client)
bulk, tags, fields = sdk.BulkActivitiesApi(client), sdk.ContactTagsApi(client), sdk.ContactsCustomFieldsApi(client)
seen = {}


def wait(activity_id):
    while True:
        report = bulk.get_activity_by_id(str(activity_id))
        if report.state in ("completed", "failed"):
            return report
        time.sleep(0.05)  # the SDK knows nothing of the sandbox's clock


made = lists.create_list({"name": "From the SDK", "favorite": True})
seen["lists"] = sorted(entry.name for entry in lists.get_all_lists(include_membership_count="all").lists)
list_id = str(made.list_id)
seen["list"] = lists.update_list(list_id, {"name": "By the SDK", "favorite": False}).name

field = fields.create_custom_fields({"label": "Shoe size", "type": "string"})
seen["custom_fields"] = [entry.label for entry in fields.get_all_custom_fields().custom_fields]
tag = tags.post_tag({"name": "Gold"})
seen["tags"] = [entry.name for entry in tags.get_all_tags().tags]

ana = contacts.create_contact(
    {
        "email_address": {"address": "ana@example.com", "permission_to_send": "implicit"},
        "first_name": "Ana",
        "create_source": "Account",
        "phone_numbers": [{"phone_number": "555-0101", "kind": "home"}],
        "list_memberships": [list_id],
        "custom_fields": [{"custom_field_id": str(field.custom_field_id), "value": "44"}],
    }
)
contact_id = str(ana.contact_id)
read = contacts.get_contact_by_id(contact_id, include="phone_numbers,custom_fields,list_memberships")
seen["contact"] = [read.first_name, read.phone_numbers[0].phone_number, read.custom_fields[0].value]
put = {"email_address": {"address": "ana@example.com"}, "first_name": "Anna", "update_source": "Account"}
seen["updated"] = contacts.update_contact(contact_id, put).first_name
signed = contacts.create_or_update_contact({"email_address": "ben@example.com", "list_memberships": [list_id]})
seen["sign_up"] = signed.action
try:
    contacts.create_contact({"email_address": {"address": "ana@example.com"}, "create_source": "Account"})
except sdk.ApiException as error:
    seen["conflict"] = [error.status, contact_id in error.body]

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "people.csv"
    path.write_text("email,first_name,cf:shoe_size\ncy@example.com,Cy,41\ndee@example.com,Dee,38\n")
    started = bulk.create_csv_import_activity(str(path), list_id)
seen["csv_import"] = wait(started.activity_id).status.person_count
rows = {"import_data": [{"email": "eve@example.com", "first_name": "Eve"}], "list_ids": [list_id]}
seen["json_import"] = wait(bulk.create_import_json_activity(rows).activity_id).status.person_count
tagging = {"source": {"list_ids": [list_id]}, "tag_ids": [str(tag.tag_id)]}
seen["tagged"] = wait(bulk.create_tag_add_contact_activity(tagging).activity_id).state
seen["on_list"] = sorted(
    entry.email_address.address for entry in contacts.get_all_contacts(lists=list_id, limit=500).contacts
)
seen["activities"] = len(bulk.get_all_activities().activities)
contacts.delete_contact(contact_id)
seen["deleted"] = [entry.email_address.address for entry in contacts.get_all_contacts(status="deleted").contacts]
print(json.dumps(seen))
