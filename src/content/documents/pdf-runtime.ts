/** Functions of ES2024 and later, and what they hang on. */
const additions: readonly (readonly [object, string, unknown])[] = [
  [
    Promise,
    'try',
    async (callback: (...values: unknown[]) => unknown, ...values: unknown[]) => callback(...values),
  ],
  [URL, 'parse', (url: string, base?: string) => (URL.canParse(url, base) ? new URL(url, base) : null)],
  [
    Uint8Array.prototype,
    'toHex',
    function toHex(this: Uint8Array): string {
      return Buffer.from(this).toString('hex');
    },
  ],
  [
    ArrayBuffer.prototype,
    'transferToFixedLength',
    function transferToFixedLength(this: ArrayBuffer, length = this.byteLength): ArrayBuffer {
      const target = new ArrayBuffer(length);
      new Uint8Array(target).set(new Uint8Array(this).subarray(0, length));
      return target;
    },
  ],
];

/**
 * Adds what pdf.js takes for granted and Node 20 lacks, where it is absent. Without `Promise.try` its first
 * message would be an uncaught exception and the end of the process.
 */
export function preparePdfRuntime(): void {
  for (const [target, name, value] of additions) {
    if (name in target) continue;
    Object.defineProperty(target, name, { value, writable: true, configurable: true });
  }
}
