"""A standard that is not in force yet: who gains, who loses, what it costs. Reads whole populations, writes nothing."""
