#!/usr/bin/env python3
"""Prints deploy/prometheus/*.yml as a PrometheusRule for the Prometheus Operator: prometheus_rules.py | kubectl apply -f -"""
from pathlib import Path

HEAD = '''apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: mta-exporter
  labels: {release: prometheus}
spec:
  groups:'''


def groups(text):
    """The lines below `groups:`, comments and all."""
    return text.split('\ngroups:\n', 1)[1].rstrip('\n').split('\n')


def main():
    print(HEAD)
    for path in sorted((Path(__file__).resolve().parents[1] / 'prometheus').glob('*.yml')):
        for line in groups('\n' + path.read_text(encoding='utf-8')):
            print('  ' + line if line else line)


if __name__ == '__main__':
    main()
