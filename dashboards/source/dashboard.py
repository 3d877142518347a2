"""A whole dashboard from its rows of panels: places, variables, links, what Grafana 10 saves around them.

A dashboard is a list of rows, a row a list of panels; panels flow from left to right by their width.  In an expression `{@` stands for the
selector of the dashboard's variables, `{@source` for the same without the MTA, `{@target` for job and instance alone.
"""
import re

from grafana import BAD, DATASOURCE

SCHEMA_VERSION = 39  # Grafana 10.4; later ones migrate it when they load it
ALL = '.+'  # what "All" means to a variable: no list of two hundred names in every query


def selectors(mta):
    target = 'job=~"$job", instance=~"$instance"'
    source = target + ', source=~"$source"'
    return {'@target': target, '@source': source, '@': f'{source}, mta=~"$mta"' if mta is None else f'{source}, mta="{mta}"'}


def variable(name, label, values_of, more=''):
    match = f'{values_of}{{{more}}}' if more else values_of
    text = f'label_values({match}, {name})'
    return {
        'name': name,
        'label': label,
        'type': 'query',
        'datasource': DATASOURCE,
        'definition': text,
        'query': {'qryType': 1, 'query': text, 'refId': 'PrometheusVariableQueryEditor-VariableQuery'},
        'refresh': 2,
        'sort': 1,
        'multi': True,
        'includeAll': True,
        'allValue': ALL,
        'regex': '',
        'hide': 0,
        'skipUrlSync': False,
        'options': [],
        'current': {'selected': True, 'text': ['All'], 'value': ['$__all']},
    }


def variables(mta, per_source):
    here = 'job=~"$job", instance=~"$instance"'
    found = [
        {
            'name': 'datasource',
            'label': 'Data source',
            'type': 'datasource',
            'query': 'prometheus',
            'regex': '',
            'hide': 0,
            'refresh': 1,
            'multi': False,
            'includeAll': False,
            'skipUrlSync': False,
            'options': [],
            'current': {},
        },
        variable('job', 'Job', 'mta_exporter_build_info'),
        variable('instance', 'Instance', 'mta_exporter_build_info', 'job=~"$job"'),
    ]
    if mta is None and per_source == 'mta_delivery_attempts_total':
        found.append(variable('mta', 'MTA', per_source, here))
        here += ', mta=~"$mta"'
    elif mta:
        here += f', mta="{mta}"'
    return found + [variable('source', 'Log', per_source, here)]


DASHBOARDS = {
    'mta-overview': 'Mail overview',
    'mta-postfix': 'Postfix',
    'mta-sendmail': 'sendmail',
    'mta-qmail': 'qmail',
    'mta-exporter': 'Exporter health',
}


def links(own):
    return [
        {
            'title': title,
            'type': 'link',
            'url': f'/d/{uid}',
            'icon': 'dashboard',
            'tooltip': '',
            'tags': [],
            'asDropdown': False,
            'targetBlank': False,
            'includeVars': True,
            'keepTime': True,
        }
        for uid, title in DASHBOARDS.items()
        if uid != own
    ]


def annotations():
    alerts = {
        'name': 'Alerts',
        'enable': True,
        'hide': False,
        'iconColor': BAD,
        'datasource': DATASOURCE,
        'step': '60s',
        'titleFormat': '{{alertname}}',
        'textFormat': '{{source}} {{destination}}',
        'tagKeys': 'severity',
        'useValueForTime': False,
        'expr': 'ALERTS{alertname=~"Mta.*", alertstate="firing", severity=~"critical|warning"}',
    }
    built_in = {
        'builtIn': 1,
        'datasource': {'type': 'grafana', 'uid': '-- Grafana --'},
        'enable': True,
        'hide': True,
        'iconColor': 'rgba(0, 211, 255, 1)',
        'name': 'Annotations & Alerts',
        'type': 'dashboard',
    }
    return {'list': [built_in, alerts]}


def dashboard(uid, description, rows, mta=None, per_source='mta_delivery_attempts_total'):
    """`rows`: [(title, [panel, ...])]; a row without a title has no heading, one whose title begins with `+` is folded."""
    panels, y = [], 0
    selector = selectors(mta)
    for title, content in rows:
        heading = None
        if title:
            heading = {
                'type': 'row',
                'title': title.lstrip('+ '),
                'collapsed': title.startswith('+'),
                'gridPos': {'h': 1, 'w': 24, 'x': 0, 'y': y},
                'panels': [],
            }
            panels.append(heading)
            y += 1
        y = flow(content, y)
        (heading['panels'] if heading and heading['collapsed'] else panels).extend(content)
        for one in content:
            for target in one['targets']:
                target['expr'] = re.sub(r'\{(@\w*)', lambda found: '{' + selector[found[1]], target['expr'])
    number = 0
    for one in panels:
        for each in (one, *one.get('panels', ())):
            number += 1
            each['id'] = number
    return {
        'uid': uid,
        'title': DASHBOARDS[uid],
        'description': description,
        'tags': ['mail', 'mta_exporter'],
        'annotations': annotations(),
        'editable': True,
        'fiscalYearStartMonth': 0,
        'graphTooltip': 1,
        'links': links(uid),
        'liveNow': False,
        'panels': panels,
        'refresh': '1m',
        'schemaVersion': SCHEMA_VERSION,
        'templating': {'list': variables(mta, per_source)},
        'time': {'from': 'now-6h', 'to': 'now'},
        'timepicker': {},
        'timezone': 'browser',
        'version': 1,
        'weekStart': '',
    }


def flow(content, y):
    """Places the panels from left to right, line by line; the first y below them."""
    x = height = 0
    for one in content:
        place = one['gridPos']
        if x + place['w'] > 24:
            x, y, height = 0, y + height, 0
        place['x'], place['y'] = x, y
        x, height = x + place['w'], max(height, place['h'])
    return y + height
