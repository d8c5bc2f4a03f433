"""The entry form (A3): what is typed, how it is read into a Submission, what is said beside it while it is typed."""
