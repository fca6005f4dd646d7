"""`python cli.py …` in a checkout is the same as `careerhub …`."""

from careerhub.cli import main

if __name__ == "__main__":
    main()
