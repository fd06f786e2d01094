"""How unsafe answers are, by a classifier of the user's choice."""
