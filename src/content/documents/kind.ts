export type DocumentKind = 'text' | 'html' | 'message' | 'pdf' | 'archive' | 'locked';

/** Windows and Unix programs, gzip, bzip2, 7z, rar, and RTF, whose source nobody reads. */
const binaryStarts = ['MZ', '\x7fELF', '\x1f\x8b', 'BZh', '7z\xbc\xaf', 'Rar!', '{\\rtf'];

interface Named {
  bytes: Uint8Array;
  /** As the sender says, any case, without parameters or with. */
  type: string;
  name: string;
}

/** Programs, scripts a double click runs, and documents that carry macros: never opened, not even as text. */
const refusedExtensions = new Set(
  'exe dll com scr cpl msi msp bat cmd ps1 vbs vbe js jse mjs wsf wsh hta lnk jar apk app dmg iso img docm dotm xlsm xltm xlsb xlam pptm potm ppsm ppam gpg pgp asc p7m p7s'.split(
    ' ',
  ),
);
const refusedTypes =
  /macroenabled|^application\/(?:x-msdownload|x-msdos-program|x-executable|x-sh|java-archive|hta|pgp-|(?:x-)?pkcs7-)|javascript|ecmascript|^text\/(?:rtf|vbscript|x-?msdos)/u;

const textTypes =
  /^(?:text\/.*|message\/(?:delivery-status|disposition-notification|feedback-report|rfc822-headers)|application\/(?:.*\+)?(?:json|xml|yaml|x-yaml|toml|sql|ics|x-ndjson|x-subrip))$/u;
const textExtensions = new Set(
  'txt text md markdown log json jsonl xml csv tsv ics ical vcf yaml yml toml ini conf cfg sql srt tex diff patch'.split(
    ' ',
  ),
);
const htmlNames = /^(?:html?|xhtml)$/u;
const officeNames = /\.(?:doc|xls|ppt|dot|xlt|pps|od)[a-z]?$/u;
const officeTypes = /officedocument|opendocument|msword|ms-excel|ms-powerpoint/u;

/**
 * How to read a file: by its first bytes, which do not lie, then by the sender's type, then by its extension.
 * `locked` is an office file with a password. Undefined when no text is to be had.
 */
export function documentKind({ bytes, type, name }: Named): DocumentKind | undefined {
  const mime = (type.split(';')[0] ?? '').trim().toLowerCase();
  const extension = /\.([a-z0-9]{1,10})$/u.exec(name.toLowerCase())?.[1] ?? '';
  if (refusedExtensions.has(extension) || refusedTypes.test(mime)) return undefined;
  const start = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  if (start.includes('%PDF-')) return 'pdf';
  if (start.startsWith('PK\x03\x04')) return 'archive';
  if (start.startsWith('\xd0\xcf\x11\xe0'))
    return isLockedOffice({ bytes, type, name }) ? 'locked' : undefined;
  if (isBinary(start)) return undefined;
  return kindByName(mime, extension);
}

/** The type says more than the extension unless it is the type of everything. */
function kindByName(mime: string, extension: string): DocumentKind | undefined {
  if (mime === 'message/rfc822' || mime === 'message/global') return 'message';
  if (mime === 'text/html' || mime === 'application/xhtml+xml') return 'html';
  if (extension === 'eml') return 'message';
  if (htmlNames.test(extension)) return 'html';
  return textTypes.test(mime) || textExtensions.has(extension) ? 'text' : undefined;
}

/** Whether the sender calls it an office document. */
export function claimsOffice(type: string, name: string): boolean {
  return officeTypes.test(type.toLowerCase()) || officeNames.test(name.toLowerCase());
}

/** OOXML with a password is an OLE file that holds `EncryptedPackage` in UTF-16 (MS-OFFCRYPTO §2.3.4). */
function isLockedOffice({ bytes, type, name }: Named): boolean {
  return claimsOffice(type, name) && Buffer.from(bytes).includes(Buffer.from('EncryptedPackage', 'utf16le'));
}

/** Control characters no text holds; UTF-16 and UTF-32 show by their mark. */
function isBinary(start: string): boolean {
  if (/^(?:\xff\xfe|\xfe\xff|\0\0\xfe\xff)/u.test(start)) return false;
  return start.includes('\0') || binaryStarts.some((magic) => start.startsWith(magic));
}
