#!/usr/bin/env python3
"""A fourth MTA is one new folder under collectors/, and nothing else is touched.

Copies the tree, puts tests/fourth_mta/tiny beside postfix, sendmail and qmail, builds the exporter and lets it scan a log of
tiny and Postfix.
"""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOG = '''Nov 22 10:00:00 mx tiny: accepted 7
Nov 22 10:00:02 mx tiny: sent 7 to=u@example.net after 2 s
Nov 22 10:00:03 mx tiny: nonsense
Nov 22 10:00:04 mx postfix/smtpd[1]: connect from a[192.0.2.1]
'''
EXPECTED = [
    'mta_messages_received_total{mta="tiny",source="default",origin="smtp"} 1',
    'mta_delivery_attempts_total{mta="tiny",source="default",transport="smtp",status="sent",hop="final"} 1',
    'mta_delivery_delay_seconds_sum{mta="tiny",source="default",transport="smtp",status="sent",hop="final"} 2',
    'mta_tiny_sent_total{source="default"} 1',
    'mta_exporter_log_lines_total{source="default",result="parsed"} 3',
    'mta_exporter_log_lines_total{source="default",result="unrecognized"} 1',
    'mta_connections_total{mta="postfix",source="default",listener="smtpd"} 1',
]


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode:
        sys.exit('%s failed:\n%s' % (' '.join(map(str, command)), done.stdout[-4000:]))
    return done.stdout


def main():
    with tempfile.TemporaryDirectory(prefix='fourth_mta.') as scratch:
        tree, build = Path(scratch, 'tree'), Path(scratch, 'build')
        tree.mkdir()
        shutil.copy(ROOT / 'CMakeLists.txt', tree)
        for folder in ('exporter', 'collectors', 'deploy'):  # all that the top level builds from
            shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns('samples'))
        shutil.copytree(ROOT / 'tests' / 'fourth_mta' / 'tiny', tree / 'collectors' / 'tiny')
        arguments = ['-DMTA_TESTS=OFF', '-DCMAKE_BUILD_TYPE=Debug', '-DCMAKE_CXX_FLAGS_DEBUG=-O0']
        if shutil.which('ccache'):
            arguments.append('-DCMAKE_CXX_COMPILER_LAUNCHER=ccache')
            os.environ.update(CCACHE_BASEDIR=scratch, CCACHE_NOHASHDIR='1')
        if shutil.which('ninja'):
            arguments += ['-G', 'Ninja']
        run('cmake', '-S', tree, '-B', build, *arguments)
        run('cmake', '--build', build, '--target', 'mta_exporter', '-j', str(os.cpu_count() or 1))
        out = run(build / 'mta_exporter', 'scan', '-', input=LOG)
    missing = [line for line in EXPECTED if line not in out.splitlines()]
    if missing:
        sys.exit('not counted:\n' + '\n'.join(missing))
    print('tiny is counted beside the others: %d series as expected' % len(EXPECTED))


if __name__ == '__main__':
    main()
