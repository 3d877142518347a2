"""sendmail: delay against the time of the attempt, by mailer; rulesets, milters and load."""
import graphs
import tiles
from expressions import RATE
from dashboard import dashboard
from grafana import BAD, BOUNCED, DEFERRED, WARN, stat, timeseries

MAILER_DELAY = 'mta_delivery_delay_seconds_bucket{@, status="sent", hop="final"}'
ATTEMPT = 'mta_delivery_attempt_duration_seconds_bucket{@, status="sent"}'


def refusals(width=3):
    return stat(
        'Load refusals, 1 h',
        (
            '`rejecting connections on daemon` in the last hour: the load is above RefuseLA, too many children, or no memory. Senders come back'
            ' later, so mail is late and not lost. See what else runs on the host.'
        ),
        'sum(increase(mta_sendmail_load_refusals_total{@source}[1h]))',
        'locale',
        ('transparent', (1, WARN), (20, BAD)),
        width,
        decimals=0,
    )


def delay_against_attempt(width=12):
    return timeseries(
        'Delay against the time of the attempt',
        (
            '90 % and half of the delivered mail took at most so long from its arrival (`delay=`), and for the delivering attempt alone (`xdelay=`);'
            ' logarithmic. Both up: the other side or the network is slow. Only the delay up: mail waits here, for a queue run, for load, or for its'
            ' retry.'
        ),
        [
            (f'histogram_quantile(0.9, sum by (le) (rate({MAILER_DELAY}[30m])))', 'delay p90'),
            (f'histogram_quantile(0.9, sum by (le) (rate({ATTEMPT}[30m])))', 'attempt p90'),
            (f'histogram_quantile(0.5, sum by (le) (rate({MAILER_DELAY}[30m])))', 'delay p50'),
            (f'histogram_quantile(0.5, sum by (le) (rate({ATTEMPT}[30m])))', 'attempt p50'),
        ],
        's',
        width,
        logarithmic=True,
        fill=0,
        colors={'delay p90': '#f2a900', 'attempt p90': '#2d7dd2', 'delay p50': '#f7d794', 'attempt p50': '#9ccdf5'},
    )


def waiting_share(width=12):
    return timeseries(
        'Time that is spent waiting',
        'Mean delay of the delivered mail, divided into the attempt itself and the wait before it. sendmail logs whole seconds.',
        [
            (
                (
                    'sum(rate(mta_delivery_attempt_duration_seconds_sum{@, status="sent"}[30m])) /'
                    ' (sum(rate(mta_delivery_attempt_duration_seconds_count{@, status="sent"}[30m])) > 0)'
                ),
                'attempt',
            ),
            (
                '''clamp_min(sum(rate(mta_delivery_delay_seconds_sum{@, status="sent", hop="final"}[30m])) / (sum(rate(mta_delivery_delay_seconds_count{@, status="sent", hop="final"}[30m])) > 0)
                        - sum(rate(mta_delivery_attempt_duration_seconds_sum{@, status="sent"}[30m])) / (sum(rate(mta_delivery_attempt_duration_seconds_count{@, status="sent"}[30m])) > 0), 0)''',
                'waiting',
            ),
        ],
        's',
        width,
        stacked=True,
        colors={'attempt': '#2d7dd2', 'waiting': DEFERRED},
    )


def by_mailer():
    return [
        graphs.deliveries_by(
            'mailer', 'Delivered recipients by mailer, a minute. A mailer that falls to nothing while others run: its program, or its next hop.'
        ),
        graphs.deferred_by(
            'mailer',
            (
                'Share of attempts that were deferred over 15 minutes, by mailer. `local`, `prog`, `lmtp`, `procmail`: your own side. Needs LogLevel 9;'
                ' below it deferrals are not logged.'
            ),
        ),
        graphs.within_by_transport(
            '90 % of attempts within, by mailer',
            'Time of the attempt alone (`xdelay=`, logarithmic), by mailer.',
            {0.9: '{{transport}}'},
            'mta_delivery_attempt_duration_seconds_bucket{@}',
            '[30m]',
        ),
    ]


def rulesets(width=8):
    return graphs.per_minute(
        'Refusals by stage',
        (
            'Refusals by who decided and at which command, a minute: rulesets, milters, unknown users (`policy` at RCPT). A new line that begins'
            ' after a change of sendmail.mc is that change.'
        ),
        'rejected_by, command',
        'mta_rejects_total{@}',
        width,
        legend='{{rejected_by}} at {{command}}',
        stacked=True,
    )


def milters(width=8):
    return graphs.per_minute(
        'Milters',
        (
            'What milters did, a minute: refusals and changes to headers, recipients and bodies. Nothing at all while mail comes in: the milter is'
            ' down; `tempfail` alone: sendmail cannot reach it.'
        ),
        'action',
        'mta_sendmail_milter_actions_total{@source}',
        width,
        stacked=True,
    )


def load(width=8):
    return timeseries(
        'Refusals for load, and mail put aside',
        (
            'Connections refused for load, and recipients that went into the queue without an attempt (`stat=queued`: load above QueueLA, or a mailer'
            ' that waits for the queue run), a minute.'
        ),
        [
            (f'sum(rate(mta_sendmail_load_refusals_total{{@source}}{RATE})) * 60', 'refused for load'),
            (f'sum(rate(mta_sendmail_queued_total{{@source}}{RATE})) * 60', 'queued unattempted'),
        ],
        'suffix: /min',
        width,
        colors={'refused for load': BOUNCED, 'queued unattempted': DEFERRED},
    )


def submission():
    return graphs.inner_hop(
        'Submission on this host',
        (
            'Mail of local programs on its way from the submission program to the daemon (hop internal), a minute. It should all be sent at once;'
            ' deferred here means that the daemon does not answer on localhost.'
        ),
    )


def build():
    rows = [
        ('', tiles.first_row(refusals())),
        ('', [graphs.in_and_out(), delay_against_attempt()]),
        ('By mailer', by_mailer()),
        ('What fails', [graphs.reasons_first_deferred(), graphs.attempts_deferred_by_reason(8), graphs.reasons_bounced()]),
        ('The queue, and load', [graphs.queue_messages(8, 'queue', '{{queue}}'), graphs.queue_oldest(8, 'queue', '{{queue}}'), load()]),
        ('How long it takes', [waiting_share(8), graphs.delay_heatmap(), graphs.delivered_in_time()]),
        ('At the door', [rulesets(), milters(), graphs.rejects(8), graphs.logins(8), graphs.connections_lost(), graphs.notices()]),
        ('+TLS and the network', [graphs.tls_sessions(), graphs.tls_verification(), graphs.connection_errors()]),
        (
            '+The rest',
            [
                graphs.received(),
                submission(),
                graphs.connections(),
                graphs.sizes(),
                graphs.recipients(),
                graphs.problems(),
                graphs.enhanced_status(),
                graphs.queue_bytes(),
                graphs.starts('sendmail'),
            ],
        ),
    ]
    return dashboard(
        'mta-sendmail', 'sendmail: delay against the time of the attempt, by mailer; rulesets, milters, and refusals for load.', rows, 'sendmail'
    )
