"""An old list server with netqmail 1.06 under multilog.  Line shapes: recorded."""
from dataclasses import dataclass

from people import People
from queue_truth import QueueTruth
from simulation import arrivals, flat

DOMAIN = 'lists.example.org'
LIMITS = {'local': 10, 'remote': 20}  # concurrencylocal, concurrencyremote
LIFETIME = 7 * 86400


@dataclass
class Message:
    number: int
    size: int
    arrival: float
    sender: str
    open: int = 0       # recipients that are not done
    failed: bool = False


def printable(text):
    """As qmail-send logs what others said."""
    return text.replace(' ', '_')


class QmailSite:

    def __init__(self, simulation, internet, log, per_day):
        self.simulation, self.internet, self.log = simulation, internet, log
        self.people = People(simulation.random)
        self.random = simulation.random
        self.queues = QueueTruth(('local', 'remote', 'todo', 'bounce'))
        self.running = {'local': 0, 'remote': 0}
        self._waiting = {'local': [], 'remote': []}
        self._delivery = 0
        self._number = 1335600
        self._free = []
        arrivals(simulation, per_day * 0.45, self.receive)
        arrivals(simulation, per_day * 0.55, self.send)
        arrivals(simulation, per_day * 0.25, self.turn_away, flat)
        internet.during('qmail_limit', 1 / 240, self.post_to_list)
        self.status()

    def status(self):
        self.log(f'status: local {self.running["local"]}/{LIMITS["local"]} remote {self.running["remote"]}/{LIMITS["remote"]}')

    # --- how mail comes in

    def receive(self):
        client, pid, domain = self.people.client(), self.people.pid(), self.internet.somebody().domain
        self.log(f'tcpserver: pid {pid} from {client}')
        self.log(f'tcpserver: ok {pid} mx.{DOMAIN}:192.0.2.2:25 mail.{domain}:{client}::{self.people.port()}')
        message = self.new(f'{self.people.name()}@{domain}', 102)
        unknown = self.people.chance(0.03)
        self.deliver(message, 'local', f'{self.people.name()}@{DOMAIN}', lambda attempt: self.local_result(attempt, unknown))
        self.log(f'tcpserver: end {pid} status 0')

    def send(self):
        message = self.new(f'{self.people.name()}@{DOMAIN}', 101)
        for _ in range(self.random.choice((1, 1, 1, 2, 5))):
            destination = self.internet.somebody()
            self.deliver(message, 'remote', f'{self.people.name()}{self.random.randrange(90)}@{destination.domain}', self.remote_result(destination))

    def post_to_list(self):
        """A list whose subscribers are with one provider."""
        message, provider = self.new(f'walkers-return-@{DOMAIN}-@[]', 103), self.internet.named('isp.example')
        for number in range(40):
            self.deliver(message, 'remote', f'{self.people.name()}{number}@{provider.domain}', self.remote_result(provider))

    def new(self, sender, uid):
        if self._free:
            number = self._free.pop(0)
        else:
            self._number += 1
            number = self._number
        message = Message(number, self.people.size(), self.simulation.now, sender)
        self.log(f'new msg {number}')
        self.log(f'info msg {number}: bytes {message.size} from <{sender}> qp {self.people.pid()} uid {uid}')
        return message

    # --- deliveries: as many at once as the channel's limit, the others wait

    def deliver(self, message, channel, recipient, result):
        """`result(attempt)` gives (seconds, word, report)."""
        message.open += 1
        self.queues.put(channel, (message.number, recipient), message.arrival, message.size)
        self.due(message, channel, recipient, result, 1)

    def due(self, *job):
        self._waiting[job[1]].append(job)
        self.start(job[1])

    def start(self, channel):
        while self._waiting[channel] and self.running[channel] < LIMITS[channel]:
            message, channel, recipient, result, attempt = self._waiting[channel].pop(0)
            self._delivery += 1
            self.running[channel] += 1
            self.log(f'starting delivery {self._delivery}: msg {message.number} to {channel} {recipient}')
            self.status()
            seconds, word, report = result(attempt)
            self.simulation.after(seconds, self.done, self._delivery, message, channel, recipient, result, attempt, word, report)

    def done(self, delivery, message, channel, recipient, result, attempt, word, report):
        self.running[channel] -= 1
        age = self.simulation.now - message.arrival
        self.log(f'delivery {delivery}: {word}: {report}')
        self.status()
        if word == 'deferral':
            # (floor(sqrt(age)) + 10|20)^2 after its birth, as qmail-send does it
            due = message.arrival + (int(age ** 0.5) + (10 if channel == 'local' else 20)) ** 2
            self.simulation.at(due, self.due, message, channel, recipient, result, attempt + 1)
        else:
            message.failed |= word == 'failure'
            message.open -= 1
            self.queues.remove((message.number, recipient))
            if not message.open:
                self.end(message)
        self.start(channel)

    def end(self, message):
        if message.failed and message.sender:
            self.log(f'bounce msg {message.number} qp {self.people.pid()}')
        self.log(f'end msg {message.number}')
        self._free.append(message.number)
        if message.failed and message.sender:
            notice = self.new('', 106)
            domain = message.sender.partition('@')[2]
            if domain == DOMAIN:
                self.deliver(notice, 'local', message.sender, lambda attempt: self.local_result(attempt, False))
            else:
                self.deliver(notice, 'remote', message.sender, self.remote_result(self.internet.somebody()))

    def local_result(self, _, unknown):
        if unknown:
            return 0.02, 'failure', 'Sorry,_no_mailbox_here_by_that_name._(#5.1.1)/'
        if self.people.chance(0.004):
            return 0.05, 'deferral', 'Unable_to_chdir_to_maildir._(#4.2.1)/'
        return self.internet.seconds(0.05), 'success', 'did_1+0+0/'

    def remote_result(self, destination):
        def result(attempt):
            answer = self.internet.answer(destination, attempt)
            seconds, peer = answer.connect + answer.transfer, destination.address
            if answer.kind in ('refused', 'timeout'):
                return seconds, 'deferral', "Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/"
            if answer.kind == 'dns':
                return seconds, 'deferral', 'CNAME_lookup_failed_temporarily._(#4.4.3)/'
            if answer.kind == 'no_domain':
                return seconds, 'failure', f"Sorry,_I_couldn't_find_any_host_named_{destination.domain}._(#5.1.2)/"
            said = f'Remote_host_said:_{printable(answer.reply)}/'
            if answer.status == 'sent':
                return seconds, 'success', f'{peer}_accepted_message./{said}'
            word = 'deferral' if answer.status == 'deferred' else 'failure'
            if answer.command == 'RCPT TO command':
                return seconds, word, f'{peer}_does_not_like_recipient./{said}Giving_up_on_{peer}./'
            if answer.command == 'MAIL FROM command':
                return seconds, word, f'Connected_to_{peer}_but_sender_was_rejected./{said}'
            return seconds, word, f'{peer}_failed_after_I_sent_the_message./{said}'
        return result

    def turn_away(self):
        client, pid = self.people.client(), self.people.pid()
        self.log(f'tcpserver: pid {pid} from {client}')
        if self.people.chance(0.3):
            self.log(f'tcpserver: deny {pid} mx.{DOMAIN}:192.0.2.2:25 :{client}::{self.people.port()}')
            self.log(f'tcpserver: end {pid} status 25600')
            return
        self.log(f'tcpserver: ok {pid} mx.{DOMAIN}:192.0.2.2:25 :{client}::{self.people.port()}')
        self.log(f'rblsmtpd: {client} pid {pid}: {"451" if self.people.chance(0.8) else "553"} https://www.spamhaus.org/query/ip/{client}')
        self.log(f'tcpserver: end {pid} status 0')
