#!/usr/bin/env python3
"""The manual page and the shell completions, from what the program itself says of its command line.

    cli_pages.py MTA_EXPORTER OUT     writes mta_exporter.1 (through scdoc), mta_exporter.bash and _mta_exporter (zsh) into OUT

Commands, flags, choices and defaults are those of --help; only the prose around them stands here.
"""
import re
import subprocess
import sys
from pathlib import Path

# A default is VALUE=default with CLI11 2.1, VALUE [default] with 2.4.
OPTION = re.compile(r'^  (?P<names>(?:-\w,)?--[\w.-]+)(?:\{\w+\})?'
                    r'(?: (?P<value>[A-Z]\S*(?: \[[^\]]*\])?(?: \.\.\.)?(?: REQUIRED)?))?(?:\s{2,}(?P<text>\S.*)|\s*)$')
COMMAND = re.compile(r'^  (?P<name>[a-z][\w-]*)\s{2,}(?P<text>.*)$')
CHOICES = re.compile(r'\{([^}]*)\}')
TAKES_FILES = re.compile(r'file|directory', re.I)


class Option:
    def __init__(self, names, value, text):
        self.names = names.split(',')
        self.long = self.names[-1]
        self.required = bool(value) and value.endswith(' REQUIRED')
        value, *more = (value or '').split(' ')
        choices = CHOICES.search(value)
        self.choices = choices.group(1).split(',') if choices else []
        kind, _, default = value.partition('=')
        default = default or ''.join(word for word in more if word.startswith('['))
        self.default = '' if kind == 'NAME' else default.strip('[]')  # NAME=VALUE is what to write, no default
        self.takes_value = bool(value)
        self.text = text or ''

    @property
    def placeholder(self):
        if not self.takes_value:
            return ''
        return '|'.join(self.choices) or ('FILE' if TAKES_FILES.search(self.long) else 'VALUE')


class Command:
    def __init__(self, name, text, help_text):
        self.name, self.text = name, text
        self.usage = re.search(r'^Usage: (.*)$', help_text, re.M).group(1)
        self.options = list(read_options(help_text))


def read_options(help_text):
    """Options of one --help; a text too far to the right stands in the next line."""
    lines = help_text.splitlines()
    for number, line in enumerate(lines):
        line, _, excluded = line.partition(' Excludes: ')
        match = OPTION.match(line)
        if not match:
            if line.startswith('  -'):
                sys.exit('cli_pages: not understood: ' + line)
            continue
        following = lines[number + 1] if number + 1 < len(lines) else ''
        text = match['text'] or (following.strip() if following.startswith(' ' * 20) else '')
        yield Option(match['names'], match['value'], text + ('. Not together with ' + excluded if excluded else ''))


def help_of(binary, *words):
    return subprocess.run([binary, *words, '--help'], check=True, capture_output=True, text=True).stdout


def read_commands(binary):
    below = help_of(binary).split('Subcommands:\n', 1)[1]
    found = [COMMAND.match(line) for line in below.splitlines()]
    return [Command(m['name'], m['text'], help_of(binary, m['name'])) for m in found if m]


def escaped(text):
    return re.sub(r'([\\_*<>#\[\]])', r'\\\1', text)


def manual(commands, version):
    out = ['mta_exporter(1) "mta\\_exporter %s"' % version, '', '# NAME', '',
           'mta_exporter - Prometheus exporter for the logs and queues of Postfix, sendmail and qmail', '', '# SYNOPSIS', '']
    for command in commands:
        out += ['*mta_exporter* ' + escaped(command.usage.split(' ', 1)[1]), '']
    out += ['# DESCRIPTION', '',
            'Without a command it serves: it finds the mail logs of this machine, follows them through rotations and restarts, and',
            'answers GET /metrics. It changes nothing on the mail server. Which metrics there are, and which log line feeds each:',
            '/usr/share/doc/mta-exporter/metrics.md.gz.', '']
    for command in commands:
        out += ['# ' + command.name.upper(), '', command.text[:1].upper() + command.text[1:] + '.', '']
        for option in command.options:
            default = '' if not option.default else ' Default: %s.' % escaped(option.default)
            name = ', '.join('*%s*' % escaped(n) for n in option.names)
            value = '' if not option.placeholder else ' _%s_' % escaped(option.placeholder)
            required = ' Required.' if option.required else ''
            out += [name + value, '\t' + escaped(option.text or 'See above') + '.' + default + required, '']
    out += ['# EXIT STATUS', '', '0: done. 1: it could not be done, one line on standard error says why. 2: wrong usage.', '',
            '# FILES', '', '_/etc/mta\\_exporter/mta\\_exporter.yml_', '\tThe configuration of the service; all of it is commented out.', '',
            '_/etc/default/mta\\_exporter_', '\tFlags for the service, in ARGS.', '',
            '_/var/lib/mta\\_exporter_', '\tPositions in the logs and the counters.', '',
            '# SEE ALSO', '', '_postqueue_(1), _mailq_(1), _promtool_(1)', '']
    return '\n'.join(out)


def bash_completion(commands):
    cases = []
    for command in commands:
        for option in command.options:
            if option.choices:
                cases.append('    %s:%s) COMPREPLY=($(compgen -W "%s" -- "$word")); return ;;'
                             % (command.name, option.long, ' '.join(option.choices)))
            elif option.takes_value and not TAKES_FILES.search(option.long):
                cases.append('    %s:%s) return ;;' % (command.name, option.long))
    words = ['    %s) words="%s" ;;' % (c.name, ' '.join(o.long for o in c.options)) for c in commands]
    names = ' '.join(c.name for c in commands)
    return '''# bash completion for mta_exporter
_mta_exporter() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=serve words=""
  # bash takes --flag=value apart at the equals sign.
  if [ "$word" = "=" ]; then word=""; elif [ "$before" = "=" ]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi
  case ${COMP_WORDS[1]} in
    %(commands)s) command=${COMP_WORDS[1]} ;;
  esac
  case $command:$before in
%(cases)s
  esac
  case $command in
%(words)s
  esac
  if [ "$COMP_CWORD" = 1 ]; then words="%(names)s $words --version"; fi
  case $word in
    -*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    *) if [ "$COMP_CWORD" = 1 ]; then COMPREPLY=($(compgen -W "%(names)s" -- "$word")); fi
       COMPREPLY+=($(compgen -f -- "$word")) ;;
  esac
}
complete -o filenames -F _mta_exporter mta_exporter
''' % {'commands': '|'.join(c.name for c in commands), 'cases': '\n'.join(cases), 'words': '\n'.join(words), 'names': names}


def zsh_quoted(text):
    return re.sub(r"([\[\]:\\])", r'\\\1', text).replace("'", "'\\''")


def zsh_completion(commands):
    blocks = []
    for command in commands:
        specs = []
        for option in command.options:
            action = ''
            if option.choices:
                action = ':value:(%s)' % ' '.join(option.choices)
            elif option.takes_value:
                action = ':file:_files' if TAKES_FILES.search(option.long) else ':value: '
            equals = '=' if option.takes_value else ''
            specs.append("        '*%s%s[%s]%s' \\" % (option.long, equals, zsh_quoted(option.text), action))
        blocks.append('    %s)\n      _arguments \\\n%s\n        \'*:log:_files\' ;;' % (command.name, '\n'.join(specs)))
    described = '\n'.join("    '%s:%s'" % (c.name, zsh_quoted(c.text)) for c in commands)
    return '''#compdef mta_exporter
_mta_exporter() {
  local -a commands=(
%s
  )
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _describe command commands
    return
  fi
  local command=serve
  if (( ${commands[(I)$words[2]:*]} )); then command=$words[2]; shift words; (( CURRENT-- )); fi
  case $command in
%s
  esac
}
_mta_exporter "$@"
''' % (described, '\n'.join(blocks))


def main():
    binary, out = sys.argv[1], Path(sys.argv[2])
    commands = read_commands(binary)
    if not any(c.name == 'serve' and len(c.options) > 3 for c in commands):
        sys.exit('cli_pages: the help of %s is not understood' % binary)
    version = subprocess.run([binary, '--version'], check=True, capture_output=True, text=True).stdout.split()[-1]
    out.mkdir(parents=True, exist_ok=True)
    roff = subprocess.run(['scdoc'], input=manual(commands, version), check=True, capture_output=True, text=True).stdout
    (out / 'mta_exporter.1').write_text(roff, encoding='utf-8')
    (out / 'mta_exporter.bash').write_text(bash_completion(commands), encoding='utf-8')
    (out / '_mta_exporter').write_text(zsh_completion(commands), encoding='utf-8')


if __name__ == '__main__':
    main()
