/**
 * What a password looks like in places it has no business in: as it is, escaped for JSON, URLs and HTML, in hexadecimal,
 * and in Base64 wherever it begins there, alone or behind a user name as AUTH PLAIN and HTTP have it.
 */
export function formsOf(password: string, username: string): string[] {
  const texts = [password, `\0${username}\0${password}`, `${username}:${password}`];
  return [
    ...new Set([
      password,
      JSON.stringify(password).slice(1, -1),
      JSON.stringify(JSON.stringify(password)).slice(3, -3),
      encodeURIComponent(password),
      password.replace(/&/gu, '&amp;').replace(/</gu, '&lt;').replace(/"/gu, '&quot;'),
      Buffer.from(password).toString('hex'),
      ...texts.flatMap((text) => shifted(Buffer.from(text))),
    ]),
  ];
}

/** Base64 of the bytes where none, one or two others stand before them; what those have a part in is left out. */
function shifted(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/u, '');
    const own = text.slice(before === 0 ? 0 : before + 1, (before + bytes.length) % 3 === 0 ? undefined : -1);
    return [own, own.replace(/\+/gu, '-').replace(/\//gu, '_')];
  });
}
