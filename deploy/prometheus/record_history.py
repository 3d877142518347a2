#!/usr/bin/env python3
"""What `mta_exporter backfill` wrote, and what the recording rules make of it, as blocks for a Prometheus.

    record_history.py HISTORY DATA-DIRECTORY RULES...

HISTORY is the file that backfill wrote, RULES are the rule files that Prometheus reads (mta.rules.yml and its like),
DATA-DIRECTORY is where that Prometheus keeps its blocks.  The blocks are made in a folder beside them, with the help
of a second Prometheus on a free port of the loopback, and moved there when all are whole: the one that runs finds
them within minutes.  Afterwards the alerts know the past of every source from the first day on.

`promtool tsdb create-blocks-from rules` knows only what was recorded before it began, so rules that need other rules
are recorded after them.
"""
import argparse
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

# Blocks of 162 hours: promtool reads its input once for each block, Prometheus answers at most 11,000 points a query, and a
# minute is the shortest interval of a rule.
LONGEST_BLOCK = '162h'
CONFIG = 'global: {evaluation_interval: 1d}\nrule_files: %s\n'
FOREVER = '--storage.tsdb.retention.time=100y'
START_SECONDS = 300  # until the second Prometheus answers


class Problem(Exception):
    pass


def promtool(*arguments, **options):
    done = subprocess.run(['promtool', *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode:
        raise Problem('promtool %s: %s' % (' '.join(map(str, arguments)), done.stdout.strip()))


def free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


def ask(address, path):
    with urllib.request.urlopen(address + path, timeout=300) as answer:
        return answer.read()


@contextlib.contextmanager
def serving(data, rules=()):
    """The address of a Prometheus over `data`, which scrapes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        config, log = Path(folder) / 'prometheus.yml', Path(folder) / 'log'
        config.write_text(CONFIG % json.dumps([str(Path(file).absolute()) for file in rules]))
        port = free_port()
        with open(log, 'wb') as out:
            process = subprocess.Popen(['prometheus', '--config.file=%s' % config, '--storage.tsdb.path=%s' % data, FOREVER,
                                        '--web.listen-address=127.0.0.1:%d' % port], stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder)
        try:
            address = 'http://127.0.0.1:%d' % port
            wait_for(process, address, log)
            yield address
        finally:
            process.terminate()
            process.wait()


def wait_for(process, address, log):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            ask(address, '/-/ready')
            return
        time.sleep(0.1)
    raise Problem('prometheus does not answer: %s' % log.read_text(errors='replace').strip()[-1000:])


def loaded_rules(files):
    """The groups of the rule files as a Prometheus understands them."""
    with tempfile.TemporaryDirectory() as data, serving(data, files) as address:
        return json.loads(ask(address, '/api/v1/rules'))['data']['groups']


def needs(query):
    """The recorded metrics that an expression names."""
    return set(re.findall(r'\b[a-z_]+:[a-zA-Z0-9_]+:[a-zA-Z0-9_]+', query))


def levels(groups):
    """The recording rules in batches, each needing only those before: [[(interval, rule)]]."""
    left = {rule['name']: (group['interval'], rule) for group in groups for rule in group['rules'] if rule['type'] == 'recording'}
    while left:
        ready = [name for name, (_, rule) in left.items() if not needs(rule['query']) & set(left)]
        if not ready:
            raise Problem('recording rules need each other: %s' % ', '.join(sorted(left)))
        yield [left.pop(name) for name in ready]


def add_samples(data, openmetrics):
    """Blocks of what backfill wrote, below `data`."""
    Path(data).mkdir(exist_ok=True)
    promtool('tsdb', 'create-blocks-from', '--max-block-duration=' + LONGEST_BLOCK, 'openmetrics', '-q', openmetrics, data)
    (Path(data) / 'wal').mkdir(exist_ok=True)  # without it Prometheus opens no blocks


def add_recorded(data, groups, start, end):
    """Blocks of what the recording rules say of the time from `start` to `end`, below `data`."""
    for level in levels(groups):
        intervals = sorted({interval for interval, _ in level})
        rules = {'groups': [{'name': 'every %d s' % interval, 'interval': '%ds' % interval,
                             'rules': [{'record': rule['name'], 'expr': rule['query'], 'labels': rule.get('labels') or {}} for every, rule in level if every == interval]}
                            for interval in intervals]}
        with tempfile.TemporaryDirectory(dir=data, prefix='level-') as folder, serving(data) as address:
            # Always the same name: the second at which a group is evaluated comes from the names of file and group.
            (Path(folder) / 'level.yml').write_text(json.dumps(rules))  # JSON is YAML
            promtool('tsdb', 'create-blocks-from', '--max-block-duration=' + LONGEST_BLOCK, 'rules', '--url=' + address, '--start=%d' % start, '--end=%d' % end,
                     '--output-dir=blocks', 'level.yml', cwd=folder)
            for block in (Path(folder) / 'blocks').iterdir():
                block.rename(Path(data) / block.name)


def span(data):
    """(first, last) second of the blocks below `data`."""
    spans = [json.loads(meta.read_text()) for meta in Path(data).glob('*/meta.json')]
    if not spans:
        raise Problem('the history holds no samples')
    return min(s['minTime'] for s in spans) // 1000, max(s['maxTime'] for s in spans) // 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('history', type=Path, metavar='HISTORY')
    parser.add_argument('data', type=Path, metavar='DATA-DIRECTORY')
    parser.add_argument('rules', nargs='+', type=Path, metavar='RULES')
    options = parser.parse_args()
    try:
        groups = loaded_rules(options.rules)
        with tempfile.TemporaryDirectory(dir=options.data, prefix='history-') as scratch:
            add_samples(scratch, options.history)
            add_recorded(scratch, groups, *span(scratch))
            blocks = [meta.parent for meta in Path(scratch).glob('*/meta.json')]
            for block in blocks:
                block.rename(options.data / block.name)
    except (Problem, OSError) as problem:
        print('record_history: %s' % problem, file=sys.stderr)
        return 1
    print('%d blocks' % len(blocks))
    return 0


if __name__ == '__main__':
    sys.exit(main())
