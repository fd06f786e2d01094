"""How well unsafe answers are told from harmless ones that look like them."""
