"""From an address book's export to the account: cleaning it, importing it, following what the service does with it."""
