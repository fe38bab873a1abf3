import { parse } from 'node:path';
import type { MimePart } from '../../domain/mime-part.ts';

const unknownType = 'application/octet-stream';

/**
 * The media type of a file by its extension. Stored messages (`.eml`, `.mht`) are plain bytes: as message/rfc822 they
 * could not travel in base64 (RFC 2046 §5.2.1) and would not arrive as they are.
 */
export async function typeOfName(name: string): Promise<string> {
  if (parse(name).ext.length < 2) return unknownType;
  const { detectMimeType } = await import('nodemailer/lib/mime-funcs');
  const type = detectMimeType(name);
  return isLeafType(type) ? type : unknownType;
}

/**
 * The Content-Type of a mail's part: its own with its charset, without which its bytes could not be read; by name
 * where it is none or names structure. `us-ascii` is what servers say where a mail names no charset.
 */
export async function typeOfPart({ type, parameters }: MimePart, name: string): Promise<string> {
  if (!isLeafType(type)) return await typeOfName(name);
  const charset = /^(?!us-ascii$)[\w.:+-]{1,60}$/iu.exec(parameters.charset ?? '')?.[0];
  return type.startsWith('text/') && charset ? `${type}; charset=${charset}` : type;
}

function isLeafType(type: string): boolean {
  return /^[\w.+-]{1,63}\/[\w.+-]{1,63}$/u.test(type) && !/^(?:multipart|message)\//u.test(type);
}
