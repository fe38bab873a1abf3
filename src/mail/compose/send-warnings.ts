import { safeFileName } from '../../content/file-name.ts';
import { splitQuoted } from '../../content/quotes.ts';
import type { OutboxWarning } from '../../domain/outbox.ts';

/** Names the attachment as being there, in the two languages; `\b` knows no umlauts. */
const mentions = new RegExp(
  [
    String.raw`(?<![\p{L}\p{N}])(?:anbei|anhang|anhänge|beigefügt\p{L}*|angehängt\p{L}*|angefügt\p{L}*|beiliegend\p{L}*`,
    String.raw`|(?:in der|siehe|s\.|als|laut) anlagen?|anlagen?(?=\s*:)|(?:füge|hänge|lege)(?:\s+\S+){0,6}?\s+(?:bei|an)`,
    String.raw`|(?:schicke|sende)(?:\s+\S+){0,6}?\s+mit(?=\s*[.,;!\n]|$)`,
    String.raw`|attachments?|attaching|attach|attached(?!\s+(?:to|at|with)\b(?!\s+this\s+(?:e-?mail|mail|message)))|pfa`,
    String.raw`|(?:please\s+)?find\s+enclosed|enclosed(?:\s+(?:please|you|is|are|herewith)|(?=\s*:))|(?:is|are|i've|have)\s+enclosed`,
    String.raw`)(?![\p{L}\p{N}])`,
  ].join(''),
  'giu',
);

/** Before it, with at most two words between: there is none, or thanks for another's. */
const denied =
  /(?<![\p{L}\p{N}])(?:kein\p{L}*|ohne|nicht|no|not|without|\p{L}+n['’]t|cannot|(?:danke|dank|thanks|thank you)(?:\s+\p{L}+){0,2}?\s+(?:für|for)|very|so|too|emotionally)(?:\s+[\p{L}’']+){0,2}\s+$/iu;

/** Right before it: another's is meant. */
const anothers = /(?<![\p{L}\p{N}])(?:your|dein\p{L}*|ihr(?:e|en|em|er)?|euer|eure\p{L}*)\s+$/iu;

/** Right after it: it is the lack that is spoken of. */
const missing = /^\s+(?:fehlt|fehlte|(?:is|was|are|were)\s+missing|missing|vergessen)/iu;

const readChars = 20_000;
const contextChars = 60;

/** Whether the text its author newly wrote says that something is attached. German and English. */
export function mentionsAttachment(text: string): boolean {
  const own = splitQuoted(text.slice(0, readChars))
    .text.split('\n')
    .filter((line) => !line.startsWith('>'))
    .join('\n');
  return [...own.matchAll(mentions)].some(({ 0: found, index }) => {
    const before = own.slice(Math.max(0, index - contextChars), index);
    const after = own.slice(index + found.length, index + found.length + contextChars);
    return !denied.test(before) && !anothers.test(before) && !missing.test(after);
  });
}

/** Extensions that run, or carry macros, when they are opened on Windows, macOS or Linux. */
const programs = new Set(
  (
    'exe com scr pif bat cmd cpl msi msp msix appx gadget application dll jar js jse mjs vbs vbe vb wsf wsh wsc ' +
    'ps1 psm1 psd1 hta lnk url scf reg inf chm msc iso img vhd vhdx sct xll docm dotm xlsm xltm xlam xlsb pptm potm ' +
    'ppam ppsm sldm app command dmg pkg sh run desktop deb rpm apk'
  ).split(' '),
);

/** The extension by which a file would run, e.g. `exe`; undefined for names of documents, pictures and the like. */
export function executableExtension(name: string): string | undefined {
  const extension = /\.([^.]{1,12})$/u.exec(safeFileName(name).toLowerCase())?.[1]?.trim();
  return extension !== undefined && programs.has(extension) ? extension : undefined;
}

/** What about text and attachments a sender should look at again. `text` is what they newly wrote. */
export function attachmentWarnings(text: string, attachmentNames: readonly string[]): OutboxWarning[] {
  const warnings: OutboxWarning[] = attachmentNames.flatMap((name) => {
    const extension = executableExtension(name);
    return extension === undefined
      ? []
      : [{ code: 'executable_attachment', detail: describe(name, extension) }];
  });
  if (attachmentNames.length === 0 && mentionsAttachment(text)) {
    warnings.push({
      code: 'attachment_missing',
      detail: 'The text speaks of an attachment, but there is none.',
    });
  }
  return warnings;
}

function describe(name: string, extension: string): string {
  const shown = safeFileName(name);
  const posesAs = /\.(pdf|docx?|xlsx?|pptx?|txt|jpe?g|png|gif|zip|html?|mp3|mp4)\s*\.[^.]+$/iu.exec(
    shown,
  )?.[1];
  const fact = `${shown} is a program or holds macros (.${extension})`;
  return posesAs === undefined
    ? `${fact}.`
    : `${fact}, though its name looks like .${posesAs.toLowerCase()}.`;
}
