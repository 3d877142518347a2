"""Grafana's JSON for panels from short declarations: what a person would save, without the clicking."""

DATASOURCE = {'type': 'prometheus', 'uid': '${datasource}'}

# Colours that stay apart for all kinds of sight; a word has one colour on every dashboard.
SENT, DEFERRED, BOUNCED = '#16a085', '#f2a900', '#d1345b'
ACCEPTED, USUAL, PLAIN = '#6cb4ee', '#9aa0a6', '#6cb4ee'
GOOD, WARN, BAD = '#16a085', '#f2a900', '#d1345b'
STATUS = {'sent': SENT, 'deferred': DEFERRED, 'bounced': BOUNCED}
QUANTILES = {'p50': '#6cb4ee', 'p90': '#f2a900', 'p99': '#d1345b'}
MTAS = {'postfix': '#4fa3e0', 'sendmail': '#b388d9', 'qmail': '#f5b17b'}
# Delivery programs of all three: amber goes out of the house, the rest stays in it.
TRANSPORTS = {
    'smtp': '#f2a900',
    'esmtp': '#f2a900',
    'remote': '#f2a900',
    'relay': '#e8762d',
    'local': '#6cb4ee',
    'lmtp': '#16a085',
    'virtual': '#b388d9',
    'pipe': '#f06292',
    'prog': '#f06292',
    'procmail': '#588157',
    'cyrusv2': '#16a085',
    'file': '#9aa0a6',
    'discard': '#9aa0a6',
    'error': '#d1345b',
}
QUEUES = {
    'incoming': '#16a085',
    'active': '#6cb4ee',
    'deferred': '#f2a900',
    'hold': '#9aa0a6',
    'maildrop': '#b388d9',
    'corrupt': '#d1345b',
    'mqueue': '#f2a900',
    'clientmqueue': '#b388d9',
    'local': '#6cb4ee',
    'remote': '#f2a900',
    'todo': '#16a085',
    'bounce': '#d1345b',
}
# Reasons by whose business they are: the network blue, the receiving side's judgement of us red to violet, the recipient grey-green, ourselves yellow.
REASONS = {
    'connection_refused': '#1f77b4',
    'connection_timeout': '#4fa3e0',
    'connection_lost': '#86c5f4',
    'connection_failed': '#2f5f8a',
    'network_unreachable': '#123f66',
    'dns_temporary': '#17becf',
    'dns_not_found': '#0b7a8a',
    'tls': '#5ad1c9',
    'reputation': '#d1345b',
    'spam_content': '#f06292',
    'authentication': '#8e44ad',
    'policy': '#b388d9',
    'relay_denied': '#7a4a6d',
    'rate_limited': '#e8762d',
    'greylisted': '#c9b458',
    'remote_system': '#f5b17b',
    'user_unknown': '#7f8c8d',
    'mailbox_full': '#a3b18a',
    'mailbox_unavailable': '#588157',
    'message_too_large': '#3a5a40',
    'local_error': '#f7e13b',
    'loop': '#bfa600',
    'suspended': '#34607e',
    'expired': '#5d4037',
    'protocol_error': '#8d6e63',
    'other': '#cfd2d6',
}


def query(expression, legend='', instant=False, form='time_series', interval=None, exemplar=False):
    target = {
        'datasource': DATASOURCE,
        'editorMode': 'code',
        'expr': ' '.join(expression.split()),
        'legendFormat': legend or '__auto',
        'range': not instant,
        'instant': instant,
        'format': form,
        'exemplar': exemplar,
        'refId': 'A',
    }
    if interval:
        target['interval'] = interval
    return target


def table_query(expression):
    return query(expression, instant=True, form='table')


def thresholds(*steps):
    """thresholds(GOOD, (0.1, WARN), (0.2, BAD)): the first is the colour below them all."""
    return {'mode': 'absolute', 'steps': [{'color': steps[0], 'value': None}] + [{'color': color, 'value': value} for value, color in steps[1:]]}


def colored(colors):
    """Overrides that give series their colour by name."""
    return [override(name, ('color', {'mode': 'fixed', 'fixedColor': color})) for name, color in colors.items()]


def override(name, *properties):
    return {'matcher': {'id': 'byName', 'options': name}, 'properties': [{'id': key, 'value': value} for key, value in properties]}


def panel(kind, title, description, queries, unit, width, height, options, defaults=None, overrides=(), **extra):
    queries = [query(*q) if isinstance(q, tuple) else query(q) if isinstance(q, str) else q for q in queries]
    for target, letter in zip(queries, 'ABCDEFGH'):
        target['refId'] = letter
    return {
        'type': kind,
        'title': title,
        'description': description,
        'datasource': DATASOURCE,
        'targets': queries,
        'options': options,
        'fieldConfig': {'defaults': {'unit': unit, **(defaults or {})}, 'overrides': list(overrides)},
        'gridPos': {'h': height, 'w': width, 'x': 0, 'y': 0},
        **extra,
    }


def stat(
    title,
    description,
    expression,
    unit,
    steps=(PLAIN,),
    width=3,
    height=4,
    decimals=None,
    spark=True,
    no_value='–',
    mappings=None,
    legend='',
    text='auto',
    calc='lastNotNull',
):
    """One number; its tile takes the colour of its threshold when something is wrong."""
    alarming = len(steps) > 1
    # Without this, no value takes the colour of the first step, red where little is bad.
    nothing = {
        'type': 'special',
        'options': {'match': 'null+nan', 'result': {'text': no_value, 'color': 'transparent' if alarming else steps[0], 'index': 9}},
    }
    defaults = {'thresholds': thresholds(*steps), 'color': {'mode': 'thresholds'}, 'noValue': no_value, 'mappings': [*(mappings or []), nothing]}
    if decimals is not None:
        defaults['decimals'] = decimals
    options = {
        'colorMode': 'background' if alarming else 'value',
        'graphMode': 'area' if spark else 'none',
        'justifyMode': 'auto',
        'orientation': 'auto',
        'reduceOptions': {'calcs': [calc], 'fields': '', 'values': False},
        'textMode': text,
        'wideLayout': True,
        'showPercentChange': False,
        'percentChangeColorMode': 'standard',
    }
    expressions = [expression] if isinstance(expression, str) else expression
    return panel('stat', title, description, [(one, legend) for one in expressions], unit, width, height, options, defaults)


def timeseries(
    title,
    description,
    queries,
    unit,
    width=12,
    height=8,
    stacked=False,
    colors=None,
    overrides=(),
    logarithmic=False,
    maximum=None,
    minimum=0,
    soft_maximum=None,
    fill=None,
    legend_calcs=(),
    steps=None,
    points=False,
    decimals=None,
    legend='list',
    interval=None,
    no_value=None,
):
    # Bars of five minutes can be told apart; lines follow more closely.
    interval = interval or ('5m' if stacked else '2m')
    custom = {
        'drawStyle': 'bars' if stacked else 'line',
        'lineInterpolation': 'linear',
        'lineWidth': 0 if stacked else 2,
        'fillOpacity': fill if fill is not None else (90 if stacked else 8),
        'gradientMode': 'none',
        'showPoints': 'auto' if points else 'never',
        'pointSize': 4,
        'spanNulls': False,
        'axisPlacement': 'auto',
        'axisLabel': '',
        'axisSoftMax': soft_maximum,
        'scaleDistribution': {'type': 'log', 'log': 10} if logarithmic else {'type': 'linear'},
        'stacking': {'mode': 'normal' if stacked else 'none', 'group': 'A'},
        'thresholdsStyle': {'mode': 'dashed' if steps else 'off'},
        'barAlignment': 0,
    }
    if soft_maximum is None:
        del custom['axisSoftMax']
    defaults = {'custom': custom, 'color': {'mode': 'palette-classic'}, 'thresholds': thresholds(*(steps or ('transparent',)))}
    if not logarithmic and minimum is not None:
        defaults['min'] = minimum
    if maximum is not None:
        defaults['max'] = maximum
    if decimals is not None:
        defaults['decimals'] = decimals
    if no_value:
        defaults['noValue'] = no_value
    options = {
        'legend': {'calcs': list(legend_calcs), 'displayMode': legend, 'placement': 'bottom', 'showLegend': True},
        'tooltip': {'mode': 'multi', 'sort': 'desc'},
    }
    return panel(
        'timeseries', title, description, queries, unit, width, height, options, defaults, [*colored(colors or {}), *overrides], interval=interval
    )


def dashed(name, color=USUAL):
    return override(
        name,
        ('custom.lineStyle', {'fill': 'dash', 'dash': [8, 6]}),
        ('custom.fillOpacity', 0),
        ('custom.lineWidth', 2),
        ('color', {'mode': 'fixed', 'fixedColor': color}),
    )


def heatmap(title, description, expression, unit, width=12, height=8, colour='Blues'):
    options = {
        'calculate': False,
        'cellGap': 1,
        'color': {'mode': 'scheme', 'scheme': colour, 'steps': 64, 'exponent': 0.5, 'fill': 'dark-blue', 'reverse': False, 'scale': 'exponential'},
        'exemplars': {'color': 'rgba(242,169,0,0.8)'},
        'filterValues': {'le': 1e-9},
        'legend': {'show': True},
        'rowsFrame': {'layout': 'auto'},
        'showValue': 'never',
        'tooltip': {'mode': 'single', 'showColorScale': True, 'yHistogram': True},
        'yAxis': {'axisPlacement': 'left', 'reverse': False, 'unit': unit},
    }
    return panel(
        'heatmap',
        title,
        description,
        [query(expression, '{{le}}', form='heatmap')],
        'short',
        width,
        height,
        options,
        {'custom': {'hideFrom': {'legend': False, 'tooltip': False, 'viz': False}, 'scaleDistribution': {'type': 'linear'}}},
        interval='5m',
        maxDataPoints=100,
    )


def table(title, description, queries, columns, width=12, height=8, sort=None, hidden=(), unit='short', no_value='–'):
    """`columns`: {field: (heading, properties)} in their order; a value column is `Value #A` and so on, or `Value` where there is one query."""
    overrides = [override(heading, *properties.items()) for heading, properties in columns.values() if properties]
    organize = {
        'excludeByName': {name: True for name in ('Time', *hidden)},
        'indexByName': {name: place for place, name in enumerate(columns)},
        'renameByName': {name: heading for name, (heading, _) in columns.items()},
    }
    transformations = [{'id': 'merge', 'options': {}}, {'id': 'organize', 'options': organize}]
    if sort:
        transformations.append({'id': 'sortBy', 'options': {'fields': {}, 'sort': [{'field': sort, 'desc': True}]}})
    options = {'cellHeight': 'sm', 'frameIndex': 0, 'showHeader': True}
    return panel(
        'table',
        title,
        description,
        [table_query(q) for q in queries],
        unit,
        width,
        height,
        options,
        {'custom': {'align': 'auto', 'cellOptions': {'type': 'auto'}, 'filterable': False, 'inspect': False}, 'noValue': no_value},
        overrides,
        transformations=transformations,
    )


def shaded_cell(*steps):
    return {
        'unit': 'percentunit',
        'decimals': 1,
        'thresholds': thresholds(*steps),
        'color': {'mode': 'thresholds'},
        'custom.cellOptions': {'type': 'color-background', 'mode': 'basic'},
    }
