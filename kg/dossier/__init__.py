"""All that is known of one thing: its claims, evidence, profile, timeline; and the whole in numbers."""
