"""Who is tied to whom: ties, the paths they make, and both in words."""
