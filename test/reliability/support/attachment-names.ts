/** File names a sender or a model might come up with to leave the folder, or to end up as something else in it. */
export const attachmentNames: readonly string[] = [
  ...[
    '../../../.ssh/authorized_keys',
    '..\\..\\Startup\\x.bat',
    '/etc/passwd',
    'C:\\Windows\\x.dll',
    '....//x',
  ],
  ...[
    '\\\\attacker.example\\share\\x',
    '..',
    '.',
    ' ',
    '',
    '...',
    '. .',
    '/',
    '\\',
    '\0',
    'a/../../b',
    '~/.bashrc',
  ],
  ...['.env', '.bashrc', '-rf', '--help', '~root', '$(id).txt', '`id`.txt', '%2e%2e%2fx', '%SystemRoot%\\x'],
  ...[
    'CON',
    'con',
    'nul.txt',
    'NUL .txt',
    'COM1',
    'com9.tar.gz',
    'LPT1.',
    'LPT\u00b9',
    'AUX.h',
    'PRN ',
    'CONIN$',
    'CLOCK$',
  ],
  ...['a.txt.', 'a.txt ', 'a.txt . .', 'a.txt:x', 'a.txt::$DATA', ':x', 'a<b>c.txt', 'a|b?.txt', 'a*"b".txt'],
  ...[
    'a\r\nX-Evil: 1.txt',
    'a\u0000.txt',
    'a\u001b[2J.txt',
    'photo\u202egpj.exe',
    'a\u200b.txt',
    '\ufeffa.txt',
  ],
  ...[
    '\uff0e\uff0e\uff0fx',
    '\u2025/x',
    '\u2044etc\u2044passwd',
    'a\u2215b',
    'A.TXT',
    'a.txt',
    'a.TxT',
    '\u00e4.txt',
    'a\u0308.txt',
  ],
  ...['desktop.ini', 'autorun.inf', 'x.lnk', 'x.url', 'x.exe.', 'x.pdf                .exe', 'a (1).txt'],
  ...[
    'x'.repeat(300),
    `${'x'.repeat(300)}.txt`,
    '\u{1f600}'.repeat(100),
    `a.${'x'.repeat(250)}`,
    '\ud800.txt',
  ],
];

/** Names no Windows, macOS or Linux stumbles over (Microsoft, "Naming Files, Paths, and Namespaces"). */
export function isSafeName(name: string): boolean {
  const refused = /[<>:"/\\|?*\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(name);
  const device =
    /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])[\s.]*(?:\.|$)/iu;
  const edges = /^[.\s~-]|[.\s]$/u.test(name) || name === '';
  return !refused && !device.test(name) && !edges && Buffer.byteLength(name) <= 255;
}
