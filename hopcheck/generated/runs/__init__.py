"""Whole runs that nobody wrote: a seed decides what is played, what befalls it and which messages are kept back."""
