"""``dslint select``: a subset that is clean, good and spread over what the data is about."""
