"""dslint lints the datasets that language models are fine-tuned on."""
