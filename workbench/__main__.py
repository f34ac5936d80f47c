"""`python -m workbench` is `cnn-workbench`."""

from workbench.command_line import main

if __name__ == "__main__":
    raise SystemExit(main())
