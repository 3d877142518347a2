#!/usr/bin/env python3
"""The dashboards against the schema that Grafana publishes (npm), of versions 10 and 12; skipped where there is no npm or no network."""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from dashboard import FILES

VERSIONS = ('10.4.19', '12.4.10')
TOOLS = ('ts-json-schema-generator@2.4.0', 'ajv@8.20.0')
CHECK = Path(__file__).with_name('schema_check.mjs')
SKIPPED = 77


def main():
    if not (shutil.which('npm') and shutil.which('node')):
        print('skipped: no npm here')
        return SKIPPED
    failed = False
    for version in VERSIONS:
        with tempfile.TemporaryDirectory() as folder:
            fetched = subprocess.run(['npm', 'install', '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', f'@grafana/schema@{version}', *TOOLS],
                                     cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240)
            if fetched.returncode:
                print('skipped: npm cannot fetch @grafana/schema: ' + fetched.stderr.strip()[-200:])
                return SKIPPED
            checked = subprocess.run(['node', CHECK, *FILES], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
            print(f'Grafana {version}: {checked.stdout.strip()} {checked.stderr.strip()[-300:]}')
            failed |= checked.returncode != 0
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
