"""Put this checkout and its ``lienthong`` command into the virtual environment that runs this script.

What ``pip install --editable .`` does, without a build backend: that would have to be fetched unlocked.
"""

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = f"""#!{sys.executable}
import sys

from lienthong.cli import main

sys.exit(main())
"""


def main() -> None:
    """Write the path file and the command."""
    paths = sysconfig.get_paths()
    (Path(paths["purelib"]) / "lienthong.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    command = Path(paths["scripts"]) / "lienthong"
    command.write_text(COMMAND, encoding="utf-8")
    command.chmod(0o755)


if __name__ == "__main__":
    main()
