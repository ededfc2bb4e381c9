"""Contracts, clauses and wrong stand-ins as people look them up: lists, one entry, what is wrong, what was covered."""
