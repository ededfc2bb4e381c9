"""``python -m hopcheck``."""

from hopcheck.cli import main

raise SystemExit(main())
