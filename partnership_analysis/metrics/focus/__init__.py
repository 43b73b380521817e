"""Which partnerships to keep with the hours there are: worth, conflicts, the exact plan, its frontier, verdicts."""
