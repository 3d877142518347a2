"""Mail traffic of three sites, minute by minute, with its natural noise and injected incidents: what an exporter counts.

A site yields Minute records; what happens to mail at its first attempt is drawn at random, retries follow Postfix's
schedule.  Greylisting, dead destinations, throttled newsletters, small destinations that fail for a while and the mail
of nightly jobs are noise: no alert may come of them.  Incidents are what somebody wants to be woken for.
"""
import dataclasses
import math
import random

DAY = 1440  # minutes
# Postfix's defaults: 300 s to the first retry, doubled up to 4000 s, given up after 5 days.
FIRST_RETRIES = (5, 15, 35, 75)
LATER_RETRIES = 67
LIFETIME = 5 * DAY
REASONS = ('greylisted', 'connection_timeout', 'dns_temporary', 'mailbox_full', 'rate_limited', 'remote_system',
           'reputation', 'local_error')


@dataclasses.dataclass
class Incident:
    kind: str
    start: int      # minute
    minutes: int
    share: float    # of new mail that fails at the height of it
    reason: str
    rise: int = 1   # minutes from the start to the height

    @property
    def end(self):
        return self.start + self.minutes

    def share_at(self, minute):
        if not self.start <= minute < self.end:
            return 0.0
        return self.share * min(1.0, (minute - self.start + 1) / self.rise)


class Noise:
    """A factor that wanders around 1: lognormal, remembered over about `minutes`."""

    def __init__(self, rng, sigma, minutes):
        self.rng, self.sigma, self.keep = rng, sigma, math.exp(-1 / minutes)
        self.value = rng.gauss(0, sigma)

    def next(self):
        self.value = self.keep * self.value + math.sqrt(1 - self.keep ** 2) * self.rng.gauss(0, self.sigma)
        return math.exp(self.value - self.sigma ** 2 / 2)


def poisson(rng, mean):
    if mean <= 0:
        return 0
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def lognormal(rng, median, sigma, most):
    return min(most, median * math.exp(rng.gauss(0, sigma)))


@dataclasses.dataclass
class Batch:
    """Mail sent in one go: a mailing, a newsletter."""
    start: int
    minutes: int
    size: int
    deferred: float  # share of rate_limited and the like; throttling doubles it after ten minutes
    dead: float      # share of dead destinations, which time out long after the rest is done
    queued: bool = False  # comes in at once, and so waits in the queue: sent more than five minutes after its arrival

    def at(self, minute):
        return self.size / self.minutes if self.start <= minute < self.start + self.minutes else 0.0

    def late(self, minute):
        return self.queued and minute > self.start + 5


class Site:
    """Base of the three: subclasses say how much mail a minute brings, and which batches and incidents there are."""
    regular = {'greylisted': 0.06, 'connection_timeout': 0.007, 'dns_temporary': 0.002, 'mailbox_full': 0.003,
               'rate_limited': 0.004, 'remote_system': 0.003}
    bounced = 0.03
    nightly_dead = 0.0  # mails a minute to a host that has long been gone, day and night
    hiccups_a_day = 0   # small destinations that fail for a while
    swing, swing_minutes = 0.25, 60

    def __init__(self, seed, minutes):
        self.rng = random.Random('%s %d' % (self.name, seed))
        self.minutes = minutes
        self.batches = self.make_batches()
        self.incidents = []
        self.hiccups = self.make_hiccups()
        self.mail = self.make_mail()

    def make_batches(self):
        return []

    def make_mail(self):
        """How much a minute brings besides batches, on average: the rate, and how it wanders."""
        volume = Noise(self.rng, self.swing, self.swing_minutes)
        return [self.rate(minute) * volume.next() for minute in range(self.minutes)]

    def expected(self, minute):
        return self.mail[minute] + sum(batch.at(minute) for batch in self.batches)

    def make_hiccups(self):
        rng = self.rng
        return [Incident('hiccup', rng.randrange(self.minutes), rng.randrange(10, 60), rng.uniform(0.005, 0.03),
                         rng.choice(('connection_timeout', 'remote_system', 'rate_limited')))
                for _ in range(round(self.hiccups_a_day * self.minutes / DAY))]

    def counted(self):
        """For each minute {(metric part, reason or status): added}, as it is counted."""
        out = [dict() for _ in range(self.minutes)]
        retries = Retries(out)
        moods = {reason: Noise(self.rng, 0.4, 180) for reason in self.regular}
        for minute in range(self.minutes):
            self.one_minute(minute, {r: mood.next() for r, mood in moods.items()}, retries)
        return out

    def one_minute(self, minute, moods, retries):
        rng = self.rng
        incidents = [i for i in self.incidents if i.start <= minute < i.end]
        failing = min(1.0, sum(i.share_at(minute) for i in incidents))
        spared = 1 - failing
        mail = self.mail[minute]
        batches = [(b, b.at(minute)) for b in self.batches if b.at(minute)]
        total = mail + sum(rate for _, rate in batches)
        for incident in incidents:
            retries.first_deferral(minute + (rng.random() < 0.5), poisson(rng, total * incident.share_at(minute)), incident.reason, incident)
        for reason, share in self.regular.items():
            late = rng.randrange(5) if reason == 'connection_timeout' else 0
            count = poisson(rng, mail * spared * share * moods[reason])
            retries.first_deferral(minute + late, count, reason, None)
        for hiccup in self.hiccups:
            if hiccup.start <= minute < hiccup.end:
                retries.first_deferral(minute, poisson(rng, mail * spared * hiccup.share_at(minute)), hiccup.reason, hiccup)
        for batch, rate in batches:
            grown = 2 if minute > batch.start + 10 else 1
            retries.first_deferral(minute, poisson(rng, rate * spared * min(0.6, grown * batch.deferred)), 'rate_limited', None)
            retries.first_deferral(minute, poisson(rng, rate * spared * 0.05), 'greylisted', None)
            for _ in range(15):  # they time out one after the other, half of them when the batch is long through
                retries.first_deferral(minute + round(rng.expovariate(1 / 8)), poisson(rng, rate * spared * batch.dead / 15), 'connection_timeout', None)
        retries.first_deferral(minute, poisson(rng, self.nightly_dead), 'connection_timeout', None)
        retries.add(minute, 'bounced', poisson(rng, total * spared * self.bounced))
        late = sum(rate for batch, rate in batches if batch.late(minute))
        for rate, prompt in ((total - late, True), (late, False)):
            count = poisson(rng, rate * spared * (1 - self.bounced - sum(self.regular.values())))
            retries.add(minute, 'sent', count)
            retries.add(minute, 'prompt', count * prompt)


class Retries:
    """Adds first deferrals and what becomes of them later.  Shares of a count stay fractions: they are summed up."""
    # The share that passes at each retry.
    PASSES = {'greylisted': 0.9, 'connection_timeout': 0.0, 'dns_temporary': 0.7, 'mailbox_full': 0.1, 'rate_limited': 0.7,
              'remote_system': 0.7, 'reputation': 0.1, 'local_error': 0.9}

    def __init__(self, out):
        self.out = out
        self.dead = 0.0

    def add(self, minute, key, count):
        if count and minute < len(self.out):
            self.out[minute][key] = self.out[minute].get(key, 0) + count

    def first_deferral(self, minute, count, reason, incident):
        if not count or minute >= len(self.out):
            return
        self.add(minute, ('first', reason), count)
        self.add(minute, 'deferred', count)
        if incident is None and self.PASSES[reason] == 0.0:
            # The dead are many tries of few mails: those of ten minutes are retried together.
            self.dead += count
            if minute % 10:
                return
            count, self.dead = self.dead, 0.0
        self.retry(minute, count, self.PASSES[reason], incident)

    def retry(self, first, left, passes, incident):
        for minute in retry_minutes(first):
            if minute >= len(self.out) or left < 0.05:
                return
            if minute - first >= LIFETIME:
                return  # "status=expired" is no attempt
            passing = passes if incident is None else (0.95 if minute >= incident.end else 0.0)
            self.add(minute, 'sent', left * passing)
            left *= 1 - passing
            self.add(minute, 'deferred', left)


def retry_minutes(first):
    for after in FIRST_RETRIES:
        yield first + after
    after = FIRST_RETRIES[-1]
    while True:
        after += LATER_RETRIES
        yield first + after


def hour_of(minute):
    return minute % DAY / 60


def weekend(minute):
    return minute // DAY % 7 >= 5  # the first day is a Monday


def weekend_share(minute):
    """From 0 to 1 and back within half a day."""
    return sum(weekend(max(0, minute + 60 * hours)) for hours in range(-6, 7)) / 13


def office_hours(minute):
    """0 at night, 1 at the height of the morning and the afternoon."""
    hour = hour_of(minute)
    return max(math.exp(-((hour - 10) / 2.5) ** 2), math.exp(-((hour - 15) / 3) ** 2))


class Large(Site):
    """A provider: 50,000 mails an hour on working days, a tenth at night; mailings of customers; a steady nightly job."""
    name = 'large'
    nightly_dead = 0.7
    hiccups_a_day = 3

    def rate(self, minute):
        return 1000 * (0.09 + 0.91 * office_hours(minute)) * (1 - 0.6 * weekend_share(minute))

    def make_batches(self):
        rng = self.rng
        return [Batch(day * DAY + round(rng.uniform(7, 21) * 60), rng.randrange(8, 40), round(lognormal(rng, 2500, 0.9, 40000)),
                      lognormal(rng, 0.04, 0.6, 0.3), lognormal(rng, 0.01, 0.5, 0.05))
                for day in range(self.minutes // DAY) for _ in range(2 if weekend(day * DAY) else 7)]


class Small(Site):
    """An office: three mails an hour, hardly any at night; the club's newsletter once a week; a nightly job."""
    name = 'small'
    regular = dict(Site.regular, greylisted=0.12, connection_timeout=0.02)
    nightly_dead = 1 / 60
    swing, swing_minutes = 0.5, 120

    def rate(self, minute):
        return (0.3 + 5.7 * office_hours(minute)) / 60 * (0.2 if weekend(minute) else 1)

    def make_batches(self):
        rng = self.rng
        return [Batch(start + round(rng.uniform(-60, 60)), rng.randrange(2, 6), rng.randrange(30, 80), lognormal(rng, 0.04, 0.6, 0.2),
                      lognormal(rng, 0.02, 0.5, 0.05))
                for start in range(4 * DAY + 17 * 60, self.minutes, 7 * DAY)]


class Newsletter(Site):
    """Sends for shops: a few hundred mails an hour, and some 200,000 within the hour on Tuesdays, Thursdays and at whim."""
    name = 'newsletter'
    bounced = 0.05
    nightly_dead = 0.1
    swing, swing_minutes = 0.4, 60

    def rate(self, minute):
        return (60 + 300 * office_hours(minute)) / 60

    def make_batches(self):
        rng = self.rng
        planned = [Batch(day * DAY + round(rng.uniform(8, 11) * 60), rng.randrange(30, 90), round(lognormal(rng, 200000, 0.4, 500000)),
                         lognormal(rng, 0.035, 0.5, 0.2), lognormal(rng, 0.01, 0.5, 0.04), rng.random() < 0.5)
                   for day in range(self.minutes // DAY) if day % 7 in (1, 3)]
        others = [Batch(rng.randrange(self.minutes), rng.randrange(10, 40), round(lognormal(rng, 15000, 0.7, 60000)),
                        lognormal(rng, 0.035, 0.6, 0.2), lognormal(rng, 0.015, 0.5, 0.05), rng.random() < 0.5)
                  for _ in range(round(3 * self.minutes / (7 * DAY)))]
        return sorted(planned + others, key=lambda batch: batch.start)
