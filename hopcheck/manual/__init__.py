"""The page of the whole command line, made from its parsers: for the terminal, as Markdown and for man."""
