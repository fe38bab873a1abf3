const near = 500;
/** A page scanned in strips has some of this size. */
const minPixels = 100_000;

/**
 * Whether a PDF holds a picture large enough for a scan. A picture's dictionary is never packed (ISO 32000-2 §7.5.7),
 * so that none need be decoded to know.
 */
export function hasPicture(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = file.indexOf('/Image'); at >= 0; at = file.indexOf('/Image', at + 1)) {
    const around = file.toString('latin1', Math.max(0, at - near), at + near);
    const [width, height] = [/\/Width\s+(\d+)/u, /\/Height\s+(\d+)/u].map(
      (pattern) => pattern.exec(around)?.[1],
    );
    if (Number(width) * Number(height) >= minPixels) return true;
  }
  return false;
}
