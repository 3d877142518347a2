"""qmail: is there a free slot, how long does an attempt take, how long does mail wait for one."""
import expressions
import graphs
import tiles
from dashboard import dashboard
from grafana import BAD, TRANSPORTS, WARN, override, dashed, stat, timeseries

HALF_AND_MOST = {0.9: '{{transport}} p90', 0.5: '{{transport}} p50'}
HALF_AND_MOST_COLORS = {'local p50': '#6cb4ee', 'local p90': '#2d7dd2', 'remote p50': '#f7d794', 'remote p90': '#f2a900'}


def slots_used(width=3):
    return stat(
        'Remote slots',
        (
            'Remote deliveries under way, as a share of `concurrencyremote`. At 100 % for more than a few minutes new mail waits for slots however'
            ' healthy its destination is: raise the limit, or see who hangs.'
        ),
        'max(mta_qmail_concurrency{@source, channel="remote"} / (mta_qmail_concurrency_limit{@source, channel="remote"} > 0))',
        'percentunit',
        ('transparent', (0.8, WARN), (0.99, BAD)),
        width,
        decimals=0,
    )


def concurrency(channel, width=12):
    return timeseries(
        f'Concurrency, {channel}',
        (
            f'Deliveries of the {channel} channel under way, and their limit (dashed), from the `status:` lines. A line that lies on its limit means'
            ' that mail waits for a slot. No data: the logger drops `status:` lines.'
        ),
        [
            (f'sum(mta_qmail_concurrency{{@source, channel="{channel}"}})', 'under way'),
            (f'sum(mta_qmail_concurrency_limit{{@source, channel="{channel}"}})', 'limit'),
        ],
        'short',
        width,
        colors={'under way': TRANSPORTS[channel]},
        overrides=[dashed('limit'), override('under way', ('custom.fillOpacity', 25))],
        interval='1m',
        decimals=0,
    )


def attempt_time():
    return graphs.within_by_transport(
        'Time of an attempt, by channel',
        (
            'Half and 90 % of the attempts took at most so long from `starting delivery` to the result (logarithmic). Remote at 60 s: connection'
            ' timeouts eat the slots (`timeoutconnect`).'
        ),
        HALF_AND_MOST,
        'mta_delivery_attempt_duration_seconds_bucket{@}',
        colors=HALF_AND_MOST_COLORS,
    )


def queue_time():
    return graphs.within_by_transport(
        'Time in the queue, by channel',
        (
            'Half and 90 % of the delivered mail took at most so long from `new msg` to its delivery (logarithmic). Far above the time of an attempt:'
            ' it waited for a slot, or for its retry.'
        ),
        HALF_AND_MOST,
        expressions.delays(),
        colors=HALF_AND_MOST_COLORS,
    )


def by_channel():
    return [
        graphs.deliveries_by('channel', 'Delivered recipients, a minute, local and remote.'),
        graphs.deferred_by(
            'channel',
            (
                'Share of attempts that were deferred over 15 minutes. Local: a full disk, permissions of home directories, a `.qmail` program that'
                ' fails. Remote: see the classes beside it.'
            ),
        ),
        graphs.delivered_in_time(),
    ]


def lost(width=8):
    return timeseries(
        'Deliveries without a result',
        (
            'Deliveries that qmail-send began and never reported on, because it ended or was started anew, in each hour. Their mail is tried again,'
            ' some of it twice.'
        ),
        [('sum by (channel) (increase(mta_qmail_deliveries_lost_total{@source}[1h]))', '{{channel}}')],
        'short',
        width,
        fill=0,
        colors=TRANSPORTS,
        decimals=0,
        soft_maximum=1,
    )


def in_flight(width=8):
    return timeseries(
        'Messages under way',
        (
            'Messages with `new msg` and without `end msg`: what qmail-send has in its hands. It is the queue as the log shows it, and works without'
            ' reading the queue.'
        ),
        [('sum by (source) (mta_messages_in_flight{@})', '{{source}}')],
        'short',
        width,
        interval='1m',
    )


def lifetime():
    return graphs.lifetime('Messages by the time from `new msg` to `end msg`, when their last recipient was done: brighter is more.')


def refusals(width=8):
    return graphs.per_minute(
        'Refused by tcpserver and rblsmtpd',
        'Connections that were refused, by who did it and with which code, a minute.',
        'rejected_by, code',
        'mta_rejects_total{@}',
        width,
        legend='{{rejected_by}} {{code}}',
        stacked=True,
    )


def build():
    rows = [
        ('', tiles.first_row(slots_used())),
        ('', [concurrency('remote'), graphs.in_and_out()]),
        ('Slots and time', [concurrency('local', 8), attempt_time(), queue_time()]),
        ('By channel', by_channel()),
        (
            'What fails',
            [
                graphs.reasons_first_deferred(),
                graphs.attempts_deferred_by_reason(8),
                graphs.enhanced_status(),
                graphs.reasons_bounced(),
                graphs.notices(),
                lost(),
            ],
        ),
        (
            'The queue',
            [
                graphs.queue_messages(8, 'queue', '{{queue}}'),
                graphs.queue_oldest(8, 'queue', '{{queue}}'),
                in_flight(),
                graphs.delay_heatmap(),
                lifetime(),
                graphs.queue_bytes(),
            ],
        ),
        ('+At the door, and the rest', [graphs.connections(), refusals(), graphs.received(), graphs.sizes(), graphs.problems()]),
    ]
    return dashboard(
        'mta-qmail',
        'qmail: concurrency against its limits, the time of attempts and in the queue by channel, deferrals by class, bounces.',
        rows,
        'qmail',
    )
