"""`python -m lachan` is the command line."""

from lachan.config.cli import main

raise SystemExit(main())
