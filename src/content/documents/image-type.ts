export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

/** First bytes as Latin-1; `?` stands for any byte (WHATWG MIME Sniffing §6.1). */
const magics: readonly (readonly [string, ImageType])[] = [
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['RIFF????WEBP', 'image/webp'],
];

/** What an image is by its first bytes, whatever the sender calls it; only types a model can be shown. */
export function imageType(bytes: Uint8Array): ImageType | undefined {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  return magics.find(([magic]) => [...magic].every((char, at) => char === '?' || start[at] === char))?.[1];
}
