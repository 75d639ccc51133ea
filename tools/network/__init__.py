"""Builds the shipped network tables from public packages and the hand-made overlay tables."""
