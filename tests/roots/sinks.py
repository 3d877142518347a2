"""SMTP servers that take mail, put it off, refuse it or say nothing, and count what they did; and a client that counts, too."""
import smtplib
import socket
import threading


class Sink:
    """An SMTP server on a loopback port of its own, in threads; `reply` is what it says to every RCPT, None: nothing, ever."""

    def __init__(self, reply='250 2.1.5 ok'):
        self.reply = reply
        self.recipients = 0  # answered with `reply`
        self.messages = 0
        self.connections = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def count(self, name):
        with self.lock:
            setattr(self, name, getattr(self, name) + 1)

    def serve(self, client):
        self.count('connections')
        with client, client.makefile('rb') as lines:
            try:
                self.talk(client, lines)
            except OSError:
                pass

    def talk(self, client, lines):
        def say(text):
            client.sendall(text.encode() + b'\r\n')
        if self.reply is not None:
            say('220 sink.test ESMTP')
        for line in lines:
            word = line[:4].upper()
            if self.reply is None:
                continue
            if word == b'RCPT':
                self.count('recipients')
                say(self.reply)
            elif word == b'DATA':
                say('354 go on')
                for text in lines:
                    if text == b'.\r\n':
                        break
                self.count('messages')
                say('250 2.0.0 taken')
            elif word == b'QUIT':
                say('221 2.0.0 bye')
                return
            else:
                say('250 sink.test' if word in (b'EHLO', b'HELO') else '250 2.0.0 ok')

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # a thread in accept() would keep it open
        self.listener.close()


class Sinks:
    """One for each fate of a mail; `accept`, `defer`, `reject`, `stall`, and `refused`, a port where nobody listens."""

    def __init__(self):
        self.accept = Sink()
        self.defer = Sink('451 4.7.1 Greylisting in action, please come back later')
        self.reject = Sink('550 5.1.1 <x>: Recipient address rejected: User unknown')
        self.stall = Sink(None)
        nobody = Sink()
        nobody.close()
        self.ports = {'accept': self.accept.port, 'defer': self.defer.port, 'reject': self.reject.port, 'stall': self.stall.port,
                      'refused': nobody.port}


class Client:
    """Sends mail to a server, a connection for each message, and counts the answers."""

    def __init__(self, port):
        self.port = port
        self.connections = self.accepted = self.refused = self.recipients = 0

    def send(self, sender, *recipients, text='text'):
        self.connections += 1
        with smtplib.SMTP('127.0.0.1', self.port, local_hostname='client.test', timeout=60) as server:
            try:
                refused = server.sendmail(sender, recipients, 'Subject: test\r\n\r\n%s\r\n' % text)
            except smtplib.SMTPRecipientsRefused as error:
                self.refused += len(error.recipients)
                return
            self.refused += len(refused)
            self.recipients += len(recipients) - len(refused)
            self.accepted += 1
