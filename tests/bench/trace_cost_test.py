#!/usr/bin/env python3
"""What it costs to trace the mail of one recipient, or of one domain, through a big Postfix log, beside `grep -c` for the same address.

    MTA_TRACE_LOG_SIZE=1G ctest --test-dir build/release -R trace_cost --verbose

CPU is user + system of the whole process, the median of runs taken in turn on the same file.
"""
import collections
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'e2e'))
import exporter  # noqa: E402

SIZE = os.environ.get('MTA_TRACE_LOG_SIZE', '200M')
RUNS = 5
MOST_TIMES_GREP = 3
MOST_KB = 32 * 1024


# In an interpreter of its own, whose memory is small: a process inherits the peak of the one that starts it.
MEASURE = """import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=sys.stderr)"""


def cost(*command):
    """CPU seconds, peak memory in kB and what was printed."""
    with tempfile.TemporaryFile() as out:  # grep stops at the first match where it writes to /dev/null
        measured = subprocess.run([sys.executable, '-c', MEASURE, *map(str, command)], stdout=out, stderr=subprocess.PIPE, check=True,
                                  env=dict(os.environ, LC_ALL='C'))
        out.seek(0)
        seconds, peak_kb = measured.stderr.split()[-2:]
        return float(seconds), int(peak_kb), out.read()


def median(values):
    return sorted(values)[len(values) // 2]


class TraceCost(unittest.TestCase):

    def setUp(self):
        self.log = Path(self.enterContext(tempfile.TemporaryDirectory())) / 'mail.log'
        subprocess.run([os.environ['MTA_LOG_GENERATOR'], '--mta=postfix', '--size=' + SIZE, '--output=%s' % self.log],
                       check=True, stderr=subprocess.DEVNULL)

    def wanted(self):
        """A recipient of few messages, one of some, and a domain of many, by how often mail to them was tried."""
        addresses, domains = collections.Counter(), collections.Counter()
        with open(self.log, 'rb') as log:
            for line in log:
                found = re.search(rb': to=<([^>@]+)(@[^>]+)>.* status=', line)
                if found:
                    addresses[b''.join(found.groups())] += 1
                    domains[found[2]] += 1
        for counted, near in ((addresses, 3), (addresses, 24), (domains, 200)):
            yield min(counted, key=lambda key: (abs(counted[key] - near), key)).decode()

    def test_cpu_beside_grep(self):
        for address in self.wanted():
            grep, trace = [], []
            for _ in range(RUNS):
                grep.append(cost('grep', '-c', address, self.log)[0])
                seconds, peak_kb, told = cost(exporter.BINARY, 'trace', '--format=json', '--limit=0', '--to=' + address, self.log)
                trace.append(seconds)
            times = median(trace) / median(grep)
            print('trace --to=%s, %s: %d messages told, %.2f s of CPU, grep -c %.2f s, %.2f times as much, %d kB at most' % (
                address, SIZE, told.count(b'\n'), median(trace), median(grep), times, peak_kb), flush=True)
            self.assertGreater(told.count(b'\n'), 0)
            self.assertLess(times, MOST_TIMES_GREP)
            self.assertLess(peak_kb, MOST_KB)


if __name__ == '__main__':
    exporter.main()
