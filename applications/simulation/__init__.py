"""What a new standard would do here: the question, the run, the page and the file."""
