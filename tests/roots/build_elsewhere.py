#!/usr/bin/env python3
"""Builds the Debian package in a root of another suite than the machine's.

    build_elsewhere.py SUITE OUT PACKAGE...     PACKAGE...: what the build needs
"""
import shutil
import subprocess
import sys
from pathlib import Path

import debian_root

SUITE, OUT = sys.argv[1], Path(sys.argv[2]).resolve()

if __name__ == '__main__':
    ROOT = debian_root.DebianRoot(SUITE, sys.argv[3:])
    debian_root.isolated(__file__, ROOT)
    with ROOT.mounted() as root:
        tree = root.copy_tree('/root/tree')
        subprocess.run(root.command(tree + '/deploy/package/build_deb.sh', '/root/out'), env=debian_root.ENVIRONMENT, check=True)
        for package in root.file('/root/out').glob('*.deb'):
            shutil.copy(package, OUT)
