// Walks the sandbox with the vendor's SDK for Node, and prints what it saw as one JSON object.
const about = JSON.parse(process.env.CCTOOLKIT_FOREIGN_SANDBOX);
const sdk = require(`${process.env.CCTOOLKIT_FOREIGN_MODULES}/ctct-api-client`);

const made = new sdk.Configuration({ accessToken: about.access_token });
const [lists, contacts, tags, fields, bulk, account] = [
  sdk.ContactListsApi,
  sdk.ContactsApi,
  sdk.ContactTagsApi,
  sdk.ContactsCustomFieldsApi,
  sdk.BulkActivitiesApi,
  sdk.AccountServicesApi,
].map((Api) => new Api(made));

const ended = async (answer) => {
  for (let look = 0; look < 200; look++) {
    const { data } = await bulk.getActivityById(answer.data.activity_id);
    if (["completed", "failed", "cancelled", "timed_out"].includes(data.state)) return data;
    await new Promise((done) => setTimeout(done, 50)); // the SDK knows nothing of the sandbox's clock
  }
  throw new Error("The activity did not end.");
};

(async () => {
  const seen = {};
  seen.account = (await account.getAccountDetails()).data.contact_email;
  const { list_id } = (await lists.createList({ name: "From Node", favorite: true })).data;
  seen.list = (await lists.updateList(list_id, { name: "By Node", favorite: false })).data.name;
  const { custom_field_id } = (await fields.createCustomFields({ label: "Shoe size", type: "string" })).data;
  const { tag_id } = (await tags.postTag({ name: "Gold" })).data;
  const contact = (
    await contacts.createContact({
      email_address: { address: "ana@example.com", permission_to_send: "implicit" },
      first_name: "Ana",
      create_source: "Account",
      list_memberships: [list_id],
      custom_fields: [{ custom_field_id, value: "44" }],
    })
  ).data;
  seen.contact = [contact.first_name, contact.custom_fields[0].value];
  seen.conflict = await contacts
    .createContact({ email_address: { address: "ana@example.com" }, create_source: "Account" })
    .catch((error) => [error.response.status, error.response.data[0].error_key]);
  seen.imported = (
    await ended(await bulk.createImportJSONActivity({ import_data: [{ email: "ben@example.com" }], list_ids: [list_id] }))
  ).status.person_count;
  seen.tagged = (await ended(await bulk.createTagAddContactActivity({ source: { list_ids: [list_id] }, tag_ids: [tag_id] }))).state;
  const page = (await contacts.getAllContacts(undefined, undefined, undefined, undefined, tag_id)).data;
  seen.by_tag = page.contacts.map((each) => each.email_address.address);
  seen.exported = (await ended(await bulk.createExportActivity({ list_ids: [list_id] }))).state;
  process.stdout.write(JSON.stringify(seen));
})().catch((error) => {
  process.stderr.write(`${error.message} ${JSON.stringify(error.response?.data ?? "")}\n${error.stack}\n`);
  process.exit(1);
});
