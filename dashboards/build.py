#!/usr/bin/env python3
"""Writes the dashboards' JSON from their declarations in source/.

    dashboards/build.py           writes dashboards/*.json
    dashboards/build.py --check   exit status 1 if a file differs from what would be written

Change a dashboard in Grafana to try something; change it here to keep it.
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / 'source'))
import exporter_health  # noqa: E402
import overview  # noqa: E402
import postfix  # noqa: E402
import qmail  # noqa: E402
import sendmail  # noqa: E402

FILES = {'mail-overview': overview, 'postfix': postfix, 'sendmail': sendmail, 'qmail': qmail, 'exporter-health': exporter_health}


def main():
    if sys.argv[1:] not in ([], ['--check']):
        print(__doc__, file=sys.stderr)
        return 2
    status = 0
    for name, module in FILES.items():
        path, text = HERE / f'{name}.json', json.dumps(module.build(), indent=2, ensure_ascii=False) + '\n'
        if sys.argv[1:]:
            if not path.exists() or path.read_text(encoding='utf-8') != text:
                print(f'{path.name} is not what source/ says: run dashboards/build.py')
                status = 1
        else:
            path.write_text(text, encoding='utf-8')
    return status


if __name__ == '__main__':
    sys.exit(main())
