#!/usr/bin/env python3
"""Seeds for the fuzzers: one file for each shape of line in the sample logs.

    make_seeds.py ROOT OUT      lines of ROOT/collectors/*/samples, whole files too (short ones), and the example
                                configuration, into the folder OUT

A shape is a line with its digits and words of hexadecimal digits folded; ten thousand sample lines have about a
thousand shapes, which a fuzzer reads in a second.
"""
import hashlib
import re
import sys
from pathlib import Path

FOLDED = re.compile(rb'[0-9A-Fa-f]*[0-9][0-9A-Fa-f]*')
MAX_FILE = 8192


SHOWQ = (  # what showq of Postfix 3 and of Postfix 2 says
    b'protocol\0mail_queue_list_protocol\0\0queue_name\0deferred\0queue_id\x003D347A92414\0time\x001795552091\0size\x00238\0forced_expire\x000\0'
    b'sender\0a@example.org\0recipient\0u2@example.com\0reason\0deferred transport\0\0\0',
    b'-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n0A7A8151A*     5156 Tue Nov 14 13:13:54  a@example.org\n'
    b'                  (deferred transport)\n                                         u1@example.com\n\n-- 5 Kbytes in 1 Request.\n')


def seeds(root):
    yield from SHOWQ
    example = (root / 'deploy/mta_exporter.yml').read_bytes()
    yield re.sub(rb'(?m)^#(?=[^ ]|  )', b'', example)  # its settings switched on
    shapes = set()
    for path in sorted(root.glob('collectors/*/samples/**/*')):
        if not path.is_file() or path.name.endswith('.json'):
            continue
        data = path.read_bytes()
        if 0 < len(data) <= MAX_FILE:
            yield data
        for line in data.split(b'\n'):
            shape = FOLDED.sub(b'0', line)
            if line and shape not in shapes:
                shapes.add(shape)
                yield line


def main():
    root, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    count = 0
    for data in seeds(root):
        (out / hashlib.sha1(data).hexdigest()).write_bytes(data)
        count += 1
    print('%d seeds in %s' % (count, out))
    return 0 if count else 1


if __name__ == '__main__':
    sys.exit(main())
