"""``python -m partnership_analysis``."""

from partnership_analysis.cli import main

if __name__ == "__main__":
    main()
