"""Compact files beside the store, written once a build and mapped on use."""
