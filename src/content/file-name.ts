/** Room for a folder path and a ` (2)` before the 255 bytes that ext4, APFS and NTFS allow a name. */
const maxBytes = 150;

/** An extension longer than this is no extension but part of the name. */
const maxExtensionBytes = 16;

/** Separators on any system, and the characters that turn into one where names are folded to ASCII. */
const separators = /[/\\]/u;
const separatorTwins = /[\u2044\u2215\u2216\u29F5\u29F8\u29F9\uFE68\uFF0F\uFF3C]/gu;

/** Everything without a glyph: controls, bidi marks, zero width, tags, lone surrogates, unassigned. */
const invisible = /[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

/** What Windows refuses in a name; the colon also opens an alternate data stream. */
const refusedByWindows = /[<>:"|?*]/gu;

/** Device names of Windows, with any extension (Microsoft, "Naming Files, Paths, and Namespaces"). */
const reserved = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/iu;

/**
 * `name` as one file name that is safe on Linux, macOS and Windows: the last path segment, without invisible
 * characters (so `photo<RLO>gpj.exe` shows its `.exe`), leading dots, `..`, trailing dots or spaces, NFC, at
 * most 150 bytes with the extension kept. Where nothing is left, `fallback` is made safe the same way.
 */
export function safeFileName(name: string, fallback = 'attachment'): string {
  return safeOrEmpty(name) || safeOrEmpty(fallback) || 'attachment';
}

function safeOrEmpty(name: string): string {
  // The sender decides how long a name is; nothing of use follows after this.
  const visible = lastSegment(name.slice(-4096)).normalize('NFC').replace(invisible, '');
  const plain = visible
    .replace(separatorTwins, '_')
    .replace(refusedByWindows, '_')
    .replace(/[\s\p{Z}]+/gu, ' ')
    .replace(/\.(?:\s*\.)+/gu, '.')
    .normalize('NFC');
  const trimmed = plain.replace(/^[. ]+|[. ]+$/gu, '');
  if (/^[_. ]*$/u.test(trimmed)) return '';
  return limitBytes(escapeStart(trimmed));
}

/** A dash would be read as an option, a tilde as a home folder, a device name as a device. */
function escapeStart(name: string): string {
  return /^[-~]/u.test(name) || reserved.test(name) ? `_${name}` : name;
}

function lastSegment(path: string): string {
  const named = path.split(separators).filter((segment) => /[^\s.\p{C}]/u.test(segment));
  return named.at(-1) ?? '';
}

function limitBytes(name: string): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const dot = name.lastIndexOf('.');
  const candidate = dot > 0 ? name.slice(dot) : '';
  const extension = Buffer.byteLength(candidate) <= maxExtensionBytes ? candidate : '';
  const stem = name.slice(0, name.length - extension.length);
  let room = maxBytes - Buffer.byteLength(extension);
  let kept = '';
  for (const point of stem) {
    room -= Buffer.byteLength(point);
    if (room < 0) break;
    kept += point;
  }
  return kept.replace(/[. ]+$/u, '') + extension;
}
