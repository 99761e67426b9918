"""``python -m syria_statements``: the command line."""

from .cli import main

main()
