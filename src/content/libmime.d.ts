/** The one function we take from libmime, which ships no types. */
declare module 'libmime' {
  const libmime: {
    /** Decodes the encoded words (RFC 2047) in a header value; joins neighbours first. */
    decodeWords(text: string): string;
  };
  export default libmime;
}
