"""Values computed once and shared by rules; heavy libraries are imported here only, inside functions."""
