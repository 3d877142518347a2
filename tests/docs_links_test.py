"""Every link of the documentation leads somewhere: files exist, and headings exist where a link names one."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")


def anchors(page):
    """The names GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ +(.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def links(page):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return LINK.findall(CODE.sub("", text))


def fault(page, link):
    """What is wrong with a link, or None."""
    if re.match(r"[a-z]+:", link):
        return None  # elsewhere: not ours to promise
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return "no such file"
    if ROOT not in target.parents:
        return "outside of the tree"
    if anchor and anchor not in anchors(target):
        return "no such heading"
    return None


def main():
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    checked = [(page, link) for page in pages for link in links(page)]
    faults = [f"{page.relative_to(ROOT)}: {link}: {what}" for page, link in checked if (what := fault(page, link))]
    print("\n".join(faults) or f"{len(checked)} links in {len(pages)} pages")
    return 1 if faults or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
