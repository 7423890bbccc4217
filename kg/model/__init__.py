"""Frozen values of the domain; the standard library only."""
