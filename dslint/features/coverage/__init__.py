"""How well training data covers what a model is asked: prompts that it failed, and questions of production."""
