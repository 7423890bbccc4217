"""Where the triples are: one narrow interface over the engines that hold them."""
