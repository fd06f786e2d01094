"""The rules that come with dslint, one package a family, one module a rule."""
