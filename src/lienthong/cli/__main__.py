"""``python -m lienthong.cli``, for where the script is not installed."""

import sys

from lienthong.cli import main

sys.exit(main())
