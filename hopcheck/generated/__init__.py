"""Requests that nobody wrote: schemathesis makes them from the contracts and puts them to a component."""
