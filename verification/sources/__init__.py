"""The departments that are asked: what each answers (data), and how it is reached (transports). No model, no Django."""
