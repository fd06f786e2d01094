"""Sources: from paths to records with exact places."""
