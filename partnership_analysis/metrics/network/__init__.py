"""Who to whom in a group: matrices, combinations, missing connections, reciprocity, and every member as us."""
