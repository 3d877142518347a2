"""What a Prometheus that was there records: its own rule engine evaluates all groups minute by minute, in promtool's unit tests,
whose complaints tell what it found."""
import json
import re
import subprocess
from pathlib import Path

STEP = 60
HALF = STEP // 2
SAMPLE = re.compile(r'^([a-z_]+)\{(.*)\} (\S+) (\d+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
COMPLAINT = re.compile(r'time: ([^,]+),\n\s+exp:.*\n\s+got:(.*)')
RECORDED = re.compile(r'\{([^{}]*)\} (\S+?)(?:, |$)')
DURATION = re.compile(r'(\d+)([dhms])')
SECONDS = {'d': 86400, 'h': 3600, 'm': 60, 's': 1}
STAMPS = re.compile(r'_timestamp_seconds$|_time_seconds$')
LONGEST = '300'  # of all buckets, rules want only that one


def series(files, wanted, start):
    """{series: {half minute: value}} of the metrics that `wanted` names, their time beginning at 0.  As in life, a scrape is not of
    the second in which a rule is evaluated: it comes half a minute before.
    """
    found = {}
    for file in files:
        for line in file.read_text().splitlines():
            match = SAMPLE.match(line)
            if not match or match[1] not in wanted or match[1].endswith('_bucket') and f'le="{LONGEST}' not in match[2]:
                continue
            value = float(match[3]) - (start if STAMPS.search(match[1]) and float(match[3]) > 0 else 0)
            found.setdefault(f'{match[1]}{{{match[2]}}}', {})[(int(match[4]) - start) // HALF - 1] = value
    return found


def recorded(promtool, rules, files, start, end, every, folder):
    """{labels: {time: value}} of all recorded series, looked at every so many seconds."""
    expressions = ''.join(file.read_text() for file in rules)
    wanted = set(re.findall(r'(?<![\w:])(?:up|(?:mta|process)_\w+)(?![\w:])', expressions))
    last = (end - start) // HALF
    samples = series(files, wanted, start)
    test = {
        'rule_files': [str(file) for file in rules],
        'evaluation_interval': f'{STEP}s',
        'tests': [{
            'interval': f'{HALF}s',
            'input_series': [{'series': name, 'values': ' '.join(repr(values[at]) if at in values else '_' for at in range(last + 1))} for name, values in samples.items()],
            'promql_expr_test': [{'expr': '{__name__=~".+:.+"}', 'eval_time': f'{at}s', 'exp_samples': []} for about in range(every, end - start - STEP, every) for at in (about - STEP, about, about + STEP)],
        }],
    }
    path = Path(folder) / 'engine.test.yml'
    path.write_text(json.dumps(test))  # JSON is YAML
    done = subprocess.run([promtool, 'test', 'rules', path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1800)
    out = {}
    for duration, got in COMPLAINT.findall(done.stdout):
        moment = start + sum(int(count) * SECONDS[unit] for count, unit in DURATION.findall(duration))
        for labels, value in RECORDED.findall(got):
            out.setdefault(tuple(sorted(LABEL.findall(labels))), {})[moment] = str(float(value))
    if not out:
        raise AssertionError('promtool recorded nothing: ' + done.stdout[-1000:])
    return out
