"""Checks a store against the shapes: what is impossible, unsourced, implausible or worth knowing."""
