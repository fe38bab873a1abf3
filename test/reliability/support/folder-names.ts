/** Names that are sound wherever levels are: words of the protocol, patterns, encodings, scripts, lengths. */
export const soundNames: readonly string[] = [
  ...['Entwürfe und Ämter', 'R&D', '&', '&-', '&AOQ-', 'A&AOQ-B', '100% done', 'a*b', '*', '%', '%/x'],
  ...['say "hi"', '"', '"quoted"', 'back\\slash', '\\', '\\Noselect', '{5}', '{5+}', '(list)', 'a]b[c'],
  ...['NIL', "it's", 'LIST', 'A1 LOGOUT', 'x) (UID 1', 'a,b;c=d', '~tilde', '~', '#hash', '-dash', '+'],
  ...['📁 Ablage 👩‍👩‍👧', '日本語の受信箱', 'תיקייה', 'مجلد', 'e\u0301 u\u0308 NFD', '\u212b', 'ﬁ'],
  ...[
    'x'.repeat(255),
    'ü'.repeat(127),
    '日'.repeat(85),
    '😀'.repeat(63),
    Array(5).fill('l'.repeat(60)).join('/'),
  ],
  ...['a..b', '.hidden', 'a.b', 'a b  c', ' led by a blank', 'INBOX-alt', 'inbox/unter', 'Inbox/Zwei'],
  ...['A/B/C/D/E', 'Trash/Unter 1', 'Sent/2026', '\u00a0x', 'All mail', '..', 'a/../b', 'dbox-Mails', 'cur'],
];

/** Names that can be none: what would end a line, halves of characters, too long, levels without a name. */
export const unsoundNames: readonly string[] = [
  ...['a\r\nb', 'a\nA1 DELETE Sent', 'x"\r\nA1 DELETE "Sent', 'nul\0l', 'line\u2028line', 'next\u0085line'],
  ...['\ud800', 'half \udc00', 'a\tb', '\u007f', 'esc\u001b[31m', '\u2029', 'x'.repeat(256), 'ü'.repeat(128)],
  ...[' ', '/', '//', 'a//b', '/a', 'a/', 'a/ /b'],
];

/**
 * The path a name must have on a server: composed characters (NFC), its own separator, INBOX in capitals. undefined
 * where a level would have no name or too long a one.
 */
export function pathOf(name: string, separator: string): string | undefined {
  const text = name.normalize('NFC');
  const levels = separator === '' ? [text] : text.split('/').flatMap((level) => level.split(separator));
  if (levels.some((level) => level.trim() === '' || Buffer.byteLength(level) > 255)) return undefined;
  if (/^inbox$/iu.test(levels[0] ?? '')) levels[0] = 'INBOX';
  return levels.join(separator);
}
