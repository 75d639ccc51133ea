"""Rebuilds the economy base from a public package and cited facts."""
