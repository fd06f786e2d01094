"""How likely a record is to be rated as poor, by a model that was trained on people's ratings."""
