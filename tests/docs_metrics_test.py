"""docs/metrics.md names every metric that the program has, and no other; so do the other pages that name metrics."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PARTS = re.compile(r"_(bucket|sum|count)$")  # of a histogram
IN_CODE = re.compile(r'"(mta_[a-z_]+)"')
IN_TEXT = re.compile(r"\bmta_[a-z_]+[a-z]\b(?![*_/])")


def in_code():
    """The names as the sources spell them, tests left out."""
    sources = [file for floor in ("exporter", "collectors") for ending in ("cc", "h") for file in (ROOT / floor).rglob(f"*.{ending}")]
    tests = re.compile(r"(_test|_bench|_fuzz)\.cc$|/test_|_check\.h$")
    names = {name for file in sources if not tests.search(str(file)) for name in IN_CODE.findall(file.read_text(encoding="utf-8"))}
    return names - {"mta_exporter"}


def in_text(page):
    return {PARTS.sub("", name) for name in IN_TEXT.findall(page.read_text(encoding="utf-8"))} - {"mta_exporter"}


def main():
    known = in_code()
    documented = in_text(ROOT / "docs" / "metrics.md")
    faults = [f"docs/metrics.md does not name {name}" for name in sorted(known - documented)]
    for page in PAGES:
        faults += [f"{page.relative_to(ROOT)}: there is no metric {name}" for name in sorted(in_text(page) - known)]
    print("\n".join(faults) or f"{len(known)} metrics are documented")
    return 1 if faults or not known else 0


if __name__ == "__main__":
    sys.exit(main())
