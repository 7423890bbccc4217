"""Draws families: plain values in, positions from a layout, one SVG text out."""
