"""The contacts of the account, to look at and to choose from."""
