"""Exporter health: can the figures on the other dashboards be trusted, and what does the exporter cost."""
import graphs
from expressions import RATE
from dashboard import dashboard
from grafana import BAD, BOUNCED, DEFERRED, GOOD, PLAIN, SENT, WARN, stat, table, timeseries

RESULTS = {'parsed': SENT, 'ignored': '#6cb4ee', 'foreign': '#9aa0a6', 'unrecognized': BOUNCED}


def numbers():
    yes = [{'type': 'value', 'options': {'0': {'text': 'no', 'color': BAD, 'index': 0}, '1': {'text': 'yes', 'color': 'transparent', 'index': 1}}}]
    return [
        stat(
            'Exporters up',
            'Exporters that Prometheus reaches, of those it knows. Fewer than all: the process, the network, or the password of the endpoint.',
            'avg(up{@target})',
            'percentunit',
            (BAD, (1, 'transparent')),
            decimals=0,
            spark=False,
        ),
        stat(
            'Logs readable',
            'Share of the followed logs that can be read. Below 100 %: permission or a missing file; the landing page says which.',
            'avg(mta_exporter_source_up{@source})',
            'percentunit',
            (BAD, (1, 'transparent')),
            decimals=0,
            spark=False,
        ),
        stat(
            'Recognised',
            (
                'Share of the MTA\'s own lines of the last hour that were understood; lines of other programs are left out. Below 99.9 %: a new'
                ' version or an odd line; please report one, masked.'
            ),
            (
                '1 - sum(rate(mta_exporter_log_lines_total{@source, result="unrecognized"}[1h])) / (sum(rate(mta_exporter_log_lines_total{@source,'
                ' result!="foreign"}[1h])) > 0)'
            ),
            'percentunit',
            (BAD, (0.99, WARN), (0.999, 'transparent')),
            decimals=2,
        ),
        stat(
            'Lag',
            'Bytes in the logs that are not read yet, of the log that is furthest behind. Seconds after a burst it should be near 0.',
            'max(mta_exporter_log_lag_bytes{@source})',
            'bytes',
            ('transparent', (1e6, WARN), (1e8, BAD)),
            decimals=0,
        ),
        stat(
            'Lost',
            (
                'Bytes that were destroyed before they could be read, in the last day: a log truncated or rotated away while the exporter was down.'
                ' What they held is in no figure.'
            ),
            'sum(increase(mta_exporter_log_lost_bytes_total{@source}[1d]))',
            'bytes',
            ('transparent', (1, BAD)),
            decimals=0,
        ),
        stat(
            'State saved',
            (
                'Age of the oldest saved state. It is written about every second while something changes; older than minutes while lines come in: the'
                ' disk is full or not writable, and a restart would count twice or lose.'
            ),
            'max(time() - mta_exporter_state_save_timestamp_seconds{@target})',
            's',
            ('transparent', (120, WARN), (600, BAD)),
            decimals=0,
        ),
        stat(
            'Config valid',
            (
                'Whether the last reload of the configuration worked. No: the exporter goes on with the old one; `mta_exporter check-config` says'
                ' what is wrong.'
            ),
            'min(mta_exporter_config_last_reload_successful{@target})',
            'short',
            (BAD, (1, 'transparent')),
            decimals=0,
            spark=False,
            mappings=yes,
        ),
        stat(
            'Restarts, 1 day',
            'How often an exporter was started in the last day.',
            'sum(changes(process_start_time_seconds{@target}[1d]))',
            'locale',
            ('transparent', (3, WARN), (20, BAD)),
            decimals=0,
            spark=False,
        ),
    ]


def per_log():
    by = 'by (instance, source)'
    return table(
        'The logs',
        (
            'One line for each followed log: whether it can be read, what is unread, when its last line was written, lines a second over 5 minutes,'
            ' and the share of the MTA\'s lines that was understood in the last hour. A silent log by day is a stopped MTA, a stopped syslog, or the'
            ' wrong file.'
        ),
        [
            f'min {by} (mta_exporter_source_up{{@source}})',
            f'sum {by} (mta_exporter_log_lag_bytes{{@source}})',
            f'time() - max {by} (mta_exporter_log_last_line_timestamp_seconds{{@source}})',
            f'sum {by} (rate(mta_exporter_log_lines_total{{@source}}[5m]))',
            (
                f'1 - sum {by} (rate(mta_exporter_log_lines_total{{@source, result="unrecognized"}}[1h])) / (sum'
                f' {by} (rate(mta_exporter_log_lines_total{{@source, result!="foreign"}}[1h])) > 0)'
            ),
        ],
        {
            'instance': ('Instance', {'custom.width': 160}),
            'source': ('Log', {}),
            'Value #A': (
                'Readable',
                {
                    'mappings': [
                        {'type': 'value', 'options': {'0': {'text': 'no', 'color': BAD, 'index': 0}, '1': {'text': 'yes', 'color': GOOD, 'index': 1}}}
                    ],
                    'custom.cellOptions': {'type': 'color-text'},
                    'custom.width': 95,
                },
            ),
            'Value #B': ('Unread', {'unit': 'bytes', 'custom.width': 90}),
            'Value #C': ('Last line', {'unit': 's', 'decimals': 0, 'custom.width': 100}),
            'Value #D': ('Lines a second', {'unit': 'short', 'decimals': 1, 'custom.width': 130}),
            'Value #E': ('Recognised', {'unit': 'percentunit', 'decimals': 2, 'custom.width': 105}),
        },
        16,
        8,
        'Last line',
    )


def warnings():
    return table(
        'Warnings',
        (
            'What the exporter warns of at the moment. `permission`: it may not read something. `sendmail_loglevel_hides_deferred`: set LogLevel 9.'
            ' `clock`: log times and the host\'s clock differ. An empty table is good.'
        ),
        ['max by (instance, source, warning) (mta_exporter_source_warning{@source}) == 1'],
        {'instance': ('Instance', {'custom.width': 160}), 'source': ('Log', {}), 'warning': ('Warning', {})},
        8,
        8,
        hidden=('Value',),
        no_value='no warnings',
    )


def build():
    rows = [
        ('', numbers()),
        ('', [per_log(), warnings()]),
        (
            'Reading',
            [
                timeseries(
                    'Lines by result',
                    (
                        'Lines read a second. `unrecognized` should not be there at all; `foreign` are other programs in the same log; `ignored` are'
                        ' known and feed no metric.'
                    ),
                    [(f'sum by (result) (rate(mta_exporter_log_lines_total{{@source}}{RATE}))', '{{result}}')],
                    'suffix: /s',
                    8,
                    colors=RESULTS,
                ),
                timeseries(
                    'Unread',
                    (
                        'Bytes that wait to be read, by log. A sawtooth is normal under load; a line that only rises is an exporter that cannot keep'
                        ' up or hangs.'
                    ),
                    [('sum by (source) (mta_exporter_log_lag_bytes{@source})', '{{source}}')],
                    'bytes',
                    8,
                    fill=0,
                    interval='1m',
                ),
                timeseries(
                    'Age of the last line',
                    'How old the newest line of each log is. At night it grows; by day a log that falls silent is an MTA or a syslog that stopped.',
                    [('max by (source) (time() - mta_exporter_log_last_line_timestamp_seconds{@source})', '{{source}}')],
                    's',
                    8,
                    fill=0,
                    interval='1m',
                ),
                timeseries(
                    'Read',
                    'Bytes of log read a second.',
                    [(f'sum by (source) (rate(mta_exporter_log_bytes_total{{@source}}{RATE}))', '{{source}}')],
                    'Bps',
                    8,
                    fill=0,
                ),
                timeseries(
                    'Rotations',
                    (
                        'Rotations of the logs by kind, in each hour. `renamed` is logrotate\'s usual way and loses nothing; `truncated`'
                        ' (copytruncate) may.'
                    ),
                    [('sum by (kind) (increase(mta_exporter_log_rotations_total{@source}[1h]))', '{{kind}}')],
                    'short',
                    8,
                    fill=0,
                    points=True,
                    decimals=0,
                    soft_maximum=1,
                ),
                timeseries(
                    'Lost, dropped, too long',
                    'Bytes lost before they were read, messages a listener could not take, and lines over 64 KiB, in each hour. All should be 0.',
                    [
                        ('sum(increase(mta_exporter_log_lost_bytes_total{@source}[1h]))', 'bytes lost'),
                        ('sum by (cause) (increase(mta_exporter_input_dropped_total{@source}[1h]))', 'dropped: {{cause}}'),
                        ('sum(increase(mta_exporter_log_oversized_lines_total{@source}[1h]))', 'oversized lines'),
                    ],
                    'short',
                    8,
                    fill=0,
                    decimals=0,
                    soft_maximum=1,
                ),
            ],
        ),
        (
            'Memory and limits',
            [
                timeseries(
                    'Messages remembered',
                    'Messages that are remembered to connect their lines. It follows the queue; at `tracking.max_messages` the oldest are forgotten.',
                    [('sum by (source) (mta_exporter_tracked_messages{@source})', '{{source}}')],
                    'short',
                    8,
                    fill=0,
                    interval='1m',
                ),
                timeseries(
                    'Forgotten too early',
                    (
                        'Messages forgotten for want of room or by age, in each hour. Their later lines still count as deliveries, but not as delays'
                        ' of qmail, lifetimes or first deferrals.'
                    ),
                    [('sum by (source) (increase(mta_exporter_tracked_messages_evicted_total{@source}[1h]))', '{{source}}')],
                    'short',
                    8,
                    fill=0,
                    decimals=0,
                    soft_maximum=1,
                ),
                graphs.per_minute(
                    'Observations in other',
                    (
                        'Observations that went into `other` because their metric has as many series as it may, a minute. Many for destinations:'
                        ' group the large ones in the configuration, or raise `destinations.limit`.'
                    ),
                    'metric',
                    'mta_exporter_label_limit_total{@target}',
                    stacked=True,
                    no_value='none',
                ),
            ],
        ),
        (
            'State and queue',
            [
                graphs.per_minute(
                    'State saves',
                    'Snapshots written a minute, by result. Failures: disk full, read-only, or no permission for the state directory.',
                    'result',
                    'mta_exporter_state_saves_total{@target}',
                    fill=0,
                    colors={'success': SENT, 'failure': BOUNCED},
                ),
                timeseries(
                    'Queue scans',
                    'Time the last scan of each queue took. It runs beside the scrapes and never delays one.',
                    [('max by (mta, source) (mta_queue_scan_duration_seconds{@source})', '{{mta}} {{source}}')],
                    's',
                    8,
                    fill=0,
                    interval='1m',
                ),
                timeseries(
                    'Age of the queue figures',
                    (
                        'How old the queue figures are; failed scans are counted as well (they say 1). It should stay at the scan interval. Failures'
                        ' are mostly permission: the user needs the group postdrop, or read access to the spool.'
                    ),
                    [
                        ('max by (mta, source) (time() - mta_queue_scan_timestamp_seconds{@source})', 'age {{mta}} {{source}}'),
                        ('count by (mta, source) (mta_queue_scan_success{@source} == 0)', 'failed {{mta}} {{source}}'),
                    ],
                    's',
                    8,
                    fill=0,
                    interval='1m',
                ),
            ],
        ),
        (
            'What it costs',
            [
                timeseries(
                    'CPU',
                    'Share of one core that each exporter uses. A full core outside of a catch-up is worth a report.',
                    [(f'rate(process_cpu_seconds_total{{@target}}{RATE})', '{{instance}}')],
                    'percentunit',
                    8,
                    fill=0,
                ),
                timeseries(
                    'Memory',
                    'Resident memory of each exporter.',
                    [('process_resident_memory_bytes{@target}', '{{instance}}')],
                    'bytes',
                    8,
                    fill=0,
                    interval='1m',
                ),
                timeseries(
                    'Answering a scrape',
                    'Time the exporter took to make its previous answer, and the scrape as Prometheus saw it.',
                    [('max(mta_exporter_scrape_duration_seconds{@target})', 'exporter'), ('max(scrape_duration_seconds{@target})', 'Prometheus')],
                    's',
                    8,
                    fill=0,
                    interval='1m',
                    colors={'exporter': PLAIN, 'Prometheus': DEFERRED},
                ),
                timeseries(
                    'Series',
                    'Samples in a scrape, by exporter. It levels out in the first days; destinations are bounded.',
                    [('scrape_samples_scraped{@target}', '{{instance}}')],
                    'short',
                    8,
                    fill=0,
                    interval='1m',
                ),
                timeseries(
                    'Open files',
                    'Descriptors in use, as a share of what the process may have.',
                    [('process_open_fds{@target} / process_max_fds{@target}', '{{instance}}')],
                    'percentunit',
                    8,
                    fill=0,
                    interval='1m',
                ),
                table(
                    'Versions',
                    'The version of each exporter, and when it last took a new configuration.',
                    [
                        'max by (instance, version, revision) (mta_exporter_build_info{@target})',
                        'max by (instance) (mta_exporter_config_last_reload_success_timestamp_seconds{@target}) * 1000',
                    ],
                    {
                        'instance': ('Instance', {'custom.width': 160}),
                        'version': ('Version', {'custom.width': 80}),
                        'revision': ('Revision', {'custom.width': 100}),
                        'Value #B': ('Configuration read', {'unit': 'dateTimeAsIso'}),
                    },
                    8,
                    8,
                    hidden=('Value #A',),
                ),
            ],
        ),
    ]
    return dashboard(
        'mta-exporter',
        'mta_exporter itself: is every log read to its last line, understood and saved, and what does that cost.',
        rows,
        per_source='mta_exporter_log_lines_total',
    )
