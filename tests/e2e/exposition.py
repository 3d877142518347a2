"""A metrics exposition as the tests see it: parsed strictly, summed over the labels that a test does not name."""
import re

SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? (\S+)$')
PAIR = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"')
ESCAPES = {'\\\\': '\\', '\\"': '"', '\\n': '\n'}


def parse_labels(text):
    """{'a': 'b'} of `{a="b"}`; ValueError where it is anything else."""
    labels, at = {}, 1
    while text[at:] != '}':
        pair = PAIR.match(text, at)
        if not pair or pair[1] in labels:
            raise ValueError('bad labels: %s' % text)
        labels[pair[1]] = re.sub(r'\\.', lambda escape: ESCAPES[escape[0]], pair[2])
        at = pair.end()
        if text[at:at + 1] == ',':
            at += 1
    if labels.get('le', '+Inf') != '+Inf':
        labels['le'] = str(float(labels['le']))  # 1 and 1.0 are the same bucket
    return labels


def parse_series(text):
    """(name, labels) of `name{a="b"}`."""
    name, brace, rest = text.partition('{')
    return name, parse_labels(brace + rest) if brace else {}


class Exposition:
    """The samples of one scrape or scan.  ValueError where the text breaks the format or names a series twice."""

    def __init__(self, text):
        self.samples = {}  # name: [(labels, value)]
        seen = set()
        for line in text.split('\n'):
            if not line or line.startswith('#'):
                continue
            match = SAMPLE.match(line)
            if not match:
                raise ValueError('not a sample: %.200s' % line)
            labels = parse_labels(match[2]) if match[2] else {}
            key = (match[1], frozenset(labels.items()))
            if key in seen:
                raise ValueError('series twice: %.200s' % line)
            seen.add(key)
            self.samples.setdefault(match[1], []).append((labels, float(match[3])))
        self.sums = {}  # (name, label names): {label values: sum}

    def sum(self, name, labels=None, **more):
        """Sum of all series of that name that carry at least these labels; 0 where there are none."""
        wanted = dict(labels or {}, **more)
        names = tuple(sorted(wanted))
        if (name, names) not in self.sums:
            sums = self.sums[name, names] = {}
            for have, value in self.samples.get(name, ()):
                if all(n in have for n in names):
                    values = tuple(have[n] for n in names)
                    sums[values] = sums.get(values, 0.0) + value
        return self.sums[name, names].get(tuple(wanted[n] for n in names), 0.0)

    def differences(self, expected):
        """One line for each expected series (`name{labels}`: value) whose sum is another."""
        found = []
        for series, value in expected.items():
            have = self.sum(*parse_series(series))
            if abs(have - value) > max(1e-9, 1e-6 * max(abs(have), abs(value))):
                found.append('%s: expected %.9g, got %.9g' % (series, value, have))
        return found

    def counted(self):
        """{series: value} of all that follows from the log lines alone: no clocks, nothing about the process."""
        return {(name, tuple(sorted(labels.items()))): value
                for name, series in self.samples.items() for labels, value in series
                if name.startswith('mta_') and not re.search(r'timestamp|scrape|build_info|state_|config_', name)}
