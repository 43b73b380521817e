"""Who weakens, who fell silent, who grows: the odds that a rate changed, and the words for it."""
