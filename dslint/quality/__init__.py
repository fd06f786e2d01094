"""``dslint quality``: models of what people rate as poor, trained on their ratings and judged before they are used."""
