"""The outside form of a household: JSON lines in, checked values; published figures from the file we ship."""
