"""Forms of the worklist and of each step; what they hold is checked again in the acts."""
