#!/usr/bin/env python3
"""The architecture, checked: includes point down the floors only, and the top level holds what was agreed.

    floors_test.py [ROOT]      exit status 0: all kept; 1: one line per violation

Floors (a file may include its own folder and any lower floor; folders of one floor do not know each other):
    exporter/app, from the top:
      10 main, the command line
       9 app/serve  app/scan  app/trace  app/backfill  app/coverage  app/check_config  (one folder a command)
       8 app/config
       7 app/source
       6 app/console  app/discovery
    5 exporter/state  exporter/web  exporter/front
    4 collectors/  (collectors/<mta>/ never includes another <mta>; collectors/ itself includes none of them)
    3 exporter/events
    2 exporter/metrics  exporter/tail  exporter/journal  exporter/listen  exporter/queue
    1 exporter/record
    0 exporter/base
Nothing includes a test, a fuzzer or a benchmark; only tests include what tests share (x_check.h), and only these two
include "catch.h".  Before the tree is judged, the
rules are tried on forged violations: a check that finds nothing in them is a failure too.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

FLOORS = {'exporter/base': 0, 'exporter/record': 1, 'exporter/metrics': 2, 'exporter/tail': 2, 'exporter/journal': 2, 'exporter/listen': 2,
          'exporter/queue': 2, 'exporter/events': 3,
          'collectors': 4, 'exporter/state': 5, 'exporter/web': 5, 'exporter/front': 5,
          'exporter/app/console': 6, 'exporter/app/discovery': 6, 'exporter/app/source': 7, 'exporter/app/config': 8,
          'exporter/app/check_config': 9, 'exporter/app/serve': 9, 'exporter/app/scan': 9, 'exporter/app/trace': 9, 'exporter/app/backfill': 9,
          'exporter/app/coverage': 9, 'exporter/app': 10}
TOP_LEVEL = {'CMakeLists.txt', 'exporter', 'collectors', 'dashboards', 'deploy', 'tests', 'README.md', 'CHANGELOG.md',
             'LICENSE', 'docs', '.ci', '.gitignore', '.clang-format'}
SOURCE_SUFFIXES = ('.h', '.cc', '.h.in', '.cc.in')
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.M)
CHECK_FILE = re.compile(r'_(test|fuzz|bench)\.cc$')
SHARED_BY_TESTS = re.compile(r'_check\.h$')


def folder_of(path):
    """The floor's folder a path lies in, None outside of all floors."""
    return max((folder for folder in FLOORS if path.startswith(folder + '/')), key=len, default=None)


def mta_of(path):
    """The MTA a path under collectors/ belongs to, None for the folder's own files."""
    parts = path.split('/')
    return parts[1] if parts[0] == 'collectors' and len(parts) > 2 else None


def in_a_test(path):
    return path.endswith('_test.cc') or bool(SHARED_BY_TESTS.search(path))


def include_error(path, target, files):
    """Why the file `path` may not include the project's file `target`; None if it may."""
    if CHECK_FILE.search(target):
        return 'includes a test file'
    if SHARED_BY_TESTS.search(target) and not in_a_test(path):
        return 'includes what only tests may include'
    if target not in files:
        return 'includes a file that is not there; includes are written from the top level'
    here, there = folder_of(path), folder_of(target)
    if here is None:
        return None  # tests/ and the like look down on every floor
    if there is None:
        return 'includes a file that is on no floor'
    if here == there:
        if mta_of(target) not in (None, mta_of(path)):
            return 'includes the %s collector' % mta_of(target)
        return None
    if FLOORS[there] >= FLOORS[here]:
        return 'includes %s, which is not below %s' % (there, here)
    return None


def includes_of(path, text, files):
    """Targets inside the project that `text` includes; "catch.h" is the test framework under one name."""
    for quote, target in INCLUDE.findall(text):
        if target == 'catch.h' and in_a_test(path):
            continue
        if quote == '"' or folder_of(target) or target in files:
            yield target


def violations(sources, files):
    """One line for each forbidden include.  sources: {path: text}; files: all paths of the tree."""
    found = []
    for path, text in sorted(sources.items()):
        if path.startswith('exporter/') and folder_of(path) is None and not path.startswith('exporter/cmake/'):
            found.append('%s: lies on no floor' % path)
        for target in includes_of(path, text, files):
            error = include_error(path, target, files)
            if error:
                found.append('%s: %s: %s' % (path, error, target))
    return found


def top_level_violations(files):
    names = {path.split('/')[0] for path in files}
    return ['%s: not one of the top level\'s agreed names' % name for name in sorted(names - TOP_LEVEL)]


def tree_files(root):
    """All files of the tree: git's where there is git, else those that lie there."""
    if (root / '.git').exists():
        listed = subprocess.run(['git', '-C', str(root), 'ls-files', '--cached', '--others', '--exclude-standard', '-z'],
                                capture_output=True, check=True).stdout.decode()
        return {name for name in listed.split('\0') if name and (root / name).exists()}
    found = set()
    for folder, names, files in os.walk(root):
        names[:] = [n for n in names if not re.match(r'_?build', n) and n not in ('.git', '__pycache__')]
        found.update(os.path.relpath(os.path.join(folder, f), root) for f in files)
    return found


FORGED = {  # file, its text: each is one violation
    'exporter/base/up.cc': '#include "exporter/record/record.h"\n',
    'exporter/metrics/sibling.cc': '#include "exporter/tail/line_reader.h"\n',
    'exporter/events/angle.h': '  #  include <collectors/collector.h>\n',
    'exporter/web/state.cc': '#include "exporter/state/snapshot.h"\n',
    'exporter/web/main.cc': '#include "exporter/app/serve/serve.h"\n',
    'collectors/postfix/other.cc': '#include "collectors/qmail/stamp.h"\n',
    'collectors/table.cc': '#include "collectors/qmail/stamp.h"\n',
    'collectors/postfix/app.cc': '#include "exporter/app/serve/serve.h"\n',
    'exporter/app/uses_test.cc': '#include "exporter/base/hash_test.cc"\n',
    'exporter/app/scan/neighbour.cc': '#include "exporter/app/serve/serve.h"\n',
    'exporter/app/source/up.cc': '#include "exporter/app/scan/scan.h"\n',
    'exporter/app/framework.cc': '#include "catch.h"\n',
    'exporter/app/shared.cc': '#include "exporter/base/rules_check.h"\n',
    'exporter/app/missing.cc': '#include "serve.h"\n',
    'exporter/attic/old.cc': '',
}
ALLOWED = {
    'exporter/app/main.cc': '#include "collectors/collector.h"\n#include "exporter/state/snapshot.h"\n',
    'exporter/base/hash_test.cc': '#include "catch.h"\n#include "exporter/base/rules_check.h"\n#include <vector>\n',
    'exporter/base/rules_check.h': '#include "catch.h"\n#include "exporter/base/hash.h"\n',
    'collectors/qmail/stamp.cc': '#include "collectors/qmail/stamp.h"\n#include "collectors/collector.h"\n',
    'exporter/tail/reader.cc': '#include "exporter/record/record.h"\n#include <sys/stat.h>\n',
}
FORGED_TREE = {'exporter/base/rules_check.h', 'exporter/record/record.h', 'exporter/tail/line_reader.h', 'collectors/collector.h', 'collectors/qmail/stamp.h',
               'exporter/state/snapshot.h', 'exporter/app/serve/serve.h', 'exporter/app/scan/scan.h', 'exporter/base/hash_test.cc', 'exporter/base/hash.h'}


def self_check():
    """The rules themselves: every forged violation is found, nothing allowed is."""
    wrong = []
    for path, text in FORGED.items():
        if len(violations({path: text}, FORGED_TREE | {path})) != 1:
            wrong.append('self-check: the violation forged in %s was not found once' % path)
    wrong += ['self-check: ' + v for v in violations(ALLOWED, FORGED_TREE | set(ALLOWED))]
    if not top_level_violations({'attic/x.cc', 'README.md'}):
        wrong.append('self-check: a stray folder at the top level was not found')
    return wrong


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    files = tree_files(root)
    sources = {f: (root / f).read_text(encoding='utf-8') for f in files if f.endswith(SOURCE_SUFFIXES)}
    if not sources:
        sys.exit('floors_test: no sources under %s' % root)
    found = self_check() + violations(sources, files) + top_level_violations(files)
    for line in found:
        print(line)
    print('%d files, %d violations' % (len(sources), len(found)))
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
