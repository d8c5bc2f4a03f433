"""Invented people for a demonstration county: plausible, marked as invented, the same for the same arguments."""
