"""Wrong ways to be Playbook Dispatcher, by what they bend."""
