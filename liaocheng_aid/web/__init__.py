"""The web layer: headers, sessions, login, errors turned into answers, the shell around every page."""
