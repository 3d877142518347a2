"""The clock of a simulated day, and the log a simulated daemon writes by it."""
import heapq
import itertools
import random
import time

DAY = 86400


class Simulation:
    """Runs what is due in the order of time.  Time is seconds since 1970; the same seed gives the same day.

    `zone`: seconds to add for the clock that the site's people live by.
    """

    def __init__(self, start, seed, zone=0):
        self.now = start
        self.zone = zone
        self.random = random.Random(seed)
        self._due = []
        self._order = itertools.count()  # two things of the same moment happen in the order they were asked for

    def at(self, moment, action, *arguments):
        heapq.heappush(self._due, (max(moment, self.now), next(self._order), action, arguments))

    def after(self, seconds, action, *arguments):
        self.at(self.now + seconds, action, *arguments)

    def hour(self):
        """Of the day, where the site is."""
        return (self.now + self.zone) / 3600 % 24

    def run_until(self, end):
        while self._due and self._due[0][0] < end:
            self.now, _, action, arguments = heapq.heappop(self._due)
            action(*arguments)
        self.now = end


class Log:
    """Lines with the stamp of the simulation's clock, handed to `write` (bytes)."""

    def __init__(self, simulation, stamp, write):
        self.simulation = simulation
        self.stamp = stamp
        self.write = write

    def __call__(self, text):
        self.write(f'{self.stamp(self.simulation.now)}{text}\n'.encode())


def rfc3339(host):
    """What rsyslog of Debian 12 and later writes."""
    second, text = None, ''

    def stamp(moment):
        nonlocal second, text
        if int(moment) != second:
            second = int(moment)
            text = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(second))
        return f'{text}.{int(moment % 1 * 1e6):06d}+00:00 {host} '
    return stamp


def traditional(host):
    """What syslog daemons wrote before: no year, no fraction."""
    months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()

    def stamp(moment):
        at = time.gmtime(moment)
        return f'{months[at.tm_mon - 1]} {at.tm_mday:2d} {at.tm_hour:02d}:{at.tm_min:02d}:{at.tm_sec:02d} {host} '
    return stamp


def tai64n(moment):
    """multilog t."""
    return f'@{(1 << 62) + 10 + int(moment):016x}{int(moment % 1 * 1e6) * 1000 + 500:08x} '


# The share of the day's mean traffic in each hour: an office's day, with a lunch break.
CURVE = [0.20, 0.15, 0.12, 0.12, 0.15, 0.30, 0.60, 1.00, 1.70, 2.10, 2.20, 2.00,
         1.60, 1.80, 2.00, 1.90, 1.70, 1.30, 0.90, 0.70, 0.60, 0.45, 0.35, 0.25]


def traffic(hour):
    """How busy it is, 1 on average, without steps."""
    low, part = int(hour), hour % 1
    return CURVE[low] * (1 - part) + CURVE[(low + 1) % 24] * part


def arrivals(simulation, per_day, action, curve=traffic):
    """Calls action() as often as a random process with that many arrivals a day, more by day and fewer by night."""
    peak = per_day / DAY * max(CURVE)

    def arrive():
        if simulation.random.random() * max(CURVE) < curve(simulation.hour()):
            action()
        simulation.after(simulation.random.expovariate(peak), arrive)
    if per_day:
        simulation.after(simulation.random.expovariate(peak), arrive)


def flat(_):
    """The curve of what never sleeps: robots, spam."""
    return 1.0
