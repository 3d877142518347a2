"""The rest of the world: who mail goes to, what they answer, and what goes wrong on a given day."""
from dataclasses import dataclass, replace

OWN_DOMAIN = 'example.org'
OWN_ADDRESS = '192.0.2.25'


@dataclass(frozen=True)
class Destination:
    domain: str
    mx: str
    address: str
    weight: float
    connect: float   # median seconds: DNS, TCP, greeting, TLS
    transfer: float  # median seconds
    greylists: float = 0.0  # share of first attempts
    unknown: float = 0.01   # share of recipients that do not exist
    secure: bool = True


@dataclass(frozen=True)
class Answer:
    """What came of one attempt: kind is reply, refused, timeout, dns or no_domain."""
    kind: str = 'reply'
    code: int = 250
    enhanced: str = '2.0.0'
    text: str = 'OK'
    command: str = 'end of DATA command'
    connect: float = 0.1
    transfer: float = 0.3

    @property
    def status(self):
        if self.kind == 'reply':
            return {2: 'sent', 4: 'deferred', 5: 'bounced'}[self.code // 100]
        return 'bounced' if self.kind == 'no_domain' else 'deferred'

    @property
    def reply(self):
        return f'{self.code} {self.enhanced} {self.text}'


LARGE = [
    Destination('gmail.com', 'gmail-smtp-in.l.google.com', '198.51.100.26', 30, 0.25, 0.45, unknown=0.02),
    Destination('outlook.com', 'outlook-com.olc.protection.outlook.com', '198.51.100.161', 22, 0.30, 0.80, unknown=0.02),
    Destination('yahoo.com', 'mta6.am0.yahoodns.net', '198.51.100.73', 8, 0.35, 0.60, unknown=0.02),
    Destination('partner.example', 'mx.partner.example', '203.0.113.10', 9, 0.06, 0.15, unknown=0.002),
    Destination('supplier.example', 'mail.supplier.example', '203.0.113.20', 6, 0.08, 0.25, greylists=0.05),
    Destination('isp.example', 'mx00.isp.example', '203.0.113.30', 5, 0.15, 0.35, unknown=0.03),
]
SMALL = [Destination(f'firm{n:02d}.example', f'mail.firm{n:02d}.example', f'203.0.113.{100 + n}', 20 / (n + 4), 0.12 + n % 7 / 20,
                     0.2 + n % 5 / 10, greylists=0.5 if n % 4 == 0 else 0.0, unknown=0.02, secure=n % 6 != 0) for n in range(40)]
DESTINATIONS = LARGE + SMALL

# What can go wrong, when it does by default (hours of the day), and what it is.
INCIDENTS = {
    'destination_defers': (13.6, 15.4, 'outlook.com answers 451 to nearly everything: the queue grows, then drains'),
    'blocklisted': (19.0, 20.0, 'our address is on a blocklist: several destinations refuse for good'),
    'password_attack': (3.0, 3.75, 'somebody guesses passwords at the submission port'),
    'slow_dns': (8.5, 9.0, 'the resolver is slow, and some lookups fail'),
    'sendmail_load': (10.8, 11.2, 'the sendmail host is overloaded and refuses connections'),
    'qmail_limit': (16.3, 17.5, 'isp.example hangs and takes all of qmail\'s remote deliveries'),
    'newsletter': (6.0, 6.4, 'a newsletter goes out, many recipients at once'),
}


class Internet:
    """`incidents`: {name: (first moment, last moment)}."""

    def __init__(self, simulation, incidents):
        self.simulation = simulation
        self.random = simulation.random
        self.incidents = incidents
        self._domains = {destination.domain: destination for destination in DESTINATIONS}
        self._weights = [destination.weight for destination in DESTINATIONS]

    def active(self, incident):
        begin, end = self.incidents.get(incident, (0, 0))
        return begin <= self.simulation.now < end

    def during(self, incident, per_second, action):
        """Calls action() that often while the incident lasts."""
        def happen():
            if self.active(incident):
                action()
                self.simulation.after(self.random.expovariate(per_second), happen)
        if incident in self.incidents:
            self.simulation.at(self.incidents[incident][0], happen)

    def named(self, domain):
        return self._domains[domain]

    def somebody(self):
        return self.random.choices(DESTINATIONS, self._weights)[0]

    def seconds(self, median):
        """Mostly near the median, now and then ten times as long."""
        return self.random.lognormvariate(0, 0.7) * median

    def answer(self, destination, attempt):
        """What attempt number `attempt` (from 1) for one recipient gets."""
        usual = Answer(connect=self.seconds(destination.connect), transfer=self.seconds(destination.transfer))
        if self.active('slow_dns'):
            usual = replace(usual, connect=usual.connect + self.seconds(6))
            if self.random.random() < 0.12:
                return replace(usual, kind='dns', enhanced='4.4.3', connect=20.0, transfer=0)
        return self._troubled(destination, usual) or self._usual(destination, usual, attempt)

    def _troubled(self, destination, usual):
        chance, domain = self.random.random(), destination.domain
        if self.active('destination_defers') and domain == 'outlook.com' and chance < 0.96:
            return replace(usual, code=451, enhanced='4.7.500', command='RCPT TO command', connect=usual.connect + self.seconds(2),
                           text=f'Server busy. Please try again later from [{OWN_ADDRESS}]. (S77719)')
        if self.active('qmail_limit') and domain == 'isp.example' and chance < 0.95:
            return replace(usual, kind='timeout', enhanced='4.4.1', connect=60.0, transfer=0)
        if self.active('blocklisted'):
            if domain == 'outlook.com' and chance < 0.9:
                return replace(usual, code=550, enhanced='5.7.1', command='MAIL FROM command', text=f'Unfortunately, messages from [{OWN_ADDRESS}] '
                               "weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).")
            if (domain.startswith('firm') or domain == 'isp.example') and chance < 0.6:
                return replace(usual, code=554, enhanced='5.7.1', command='RCPT TO command', text=f'Service unavailable; Client host [{OWN_ADDRESS}] '
                               f'blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/{OWN_ADDRESS}')
        return None

    def _usual(self, destination, usual, attempt):
        chance = self.random.random()
        if attempt == 1 and chance < destination.greylists:
            return replace(usual, code=450, enhanced='4.7.1', command='RCPT TO command',
                           text='Recipient address rejected: Greylisted, see http://postgrey.example/help.html')
        chance = self.random.random()
        if chance < destination.unknown:
            return replace(usual, code=550, enhanced='5.1.1', command='RCPT TO command', text='Recipient address rejected: User unknown')
        for share, trouble in self.RARE:
            chance -= share
            if chance < destination.unknown:
                return replace(usual, **trouble)
        return usual

    RARE = (
        (0.004, dict(code=452, enhanced='4.2.2', command='RCPT TO command', text='Mailbox full')),
        (0.003, dict(code=552, enhanced='5.2.2', command='RCPT TO command', text='The email account that you tried to reach is over quota')),
        (0.003, dict(code=550, enhanced='5.7.1', text='Message rejected as spam by Content Filtering.')),
        (0.003, dict(code=421, enhanced='4.7.0', text='Try again later, closing connection.')),
        (0.003, dict(kind='refused', enhanced='4.4.1', connect=0.2, transfer=0)),
        (0.003, dict(kind='timeout', enhanced='4.4.1', connect=30.0, transfer=0)),
        (0.003, dict(kind='no_domain', enhanced='5.4.4', connect=0.1, transfer=0)),
        (0.001, dict(code=552, enhanced='5.3.4', text='Message size exceeds fixed limit')),
    )
