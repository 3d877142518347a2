#!/usr/bin/env python3
"""Builds the tree, benchmarks included, and runs its tests in a root of another suite than the machine's.

    tree_elsewhere.py SUITE PACKAGE...     PACKAGE...: what the build and the tests need

The build is kept from run to run.  It has this machine's network, as the tests have it elsewhere, and all that is
written goes into the cache.  Left out are tests that make roots themselves, that measure, and that judge files which are
the same everywhere.
"""
import os
import subprocess
import sys

import debian_root

SUITE = sys.argv[1]
TESTS = ['--tests-regex', '^(unit|e2e|day|deploy)[.]', '--exclude-regex', '^(e2e.quickstart|e2e.kill|deploy.schemas)$']


def run(root, *words):
    done = subprocess.run(root.command(*words), env=debian_root.ENVIRONMENT, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit(1)


if __name__ == '__main__':
    ROOT = debian_root.DebianRoot(SUITE, sys.argv[2:])
    debian_root.isolated(__file__, ROOT, network=True)
    with ROOT.mounted(debian_root.CACHE / ('tree-%s-%s' % (SUITE, ROOT.layer.name))) as there:
        tree, build, jobs = there.copy_tree('/root/tree'), '/root/build', str(len(os.sched_getaffinity(0)))
        run(there, 'cmake', '-G', 'Ninja', '-S', tree, '-B', build, '-DCMAKE_BUILD_TYPE=Release',
            '-DMTA_WERROR=ON', '-DMTA_BENCH=ON', '--log-level=WARNING')
        run(there, 'cmake', '--build', build, '-j', jobs, '--', '--quiet')
        run(there, 'ctest', '--test-dir', build, '-j', jobs, '--output-on-failure', '--no-tests=error', '--timeout', '300', *TESTS)
