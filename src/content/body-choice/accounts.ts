/** Accounts in running text, by their IBAN (ISO 13616). */

/** What is written like an IBAN, in groups of four or in one. */
const candidate =
  /(?<![A-Z0-9])(?=([A-Z]{2}\d{2}(?:[A-Z0-9]{10,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)(?![A-Z0-9])))/gu;

/** How many characters an IBAN has in each country (SWIFT's IBAN registry). */
const lengths = new Map(
  (
    'NO15 BE16 DK18 FI18 FK18 FO18 GL18 NL18 SD18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 MN20 XK20 CH21 HR21 ' +
    'LI21 LV21 BG22 BH22 CR22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 OM23 SO23 TL23 AD24 CZ24 ' +
    'ES24 MD24 PK24 RO24 SA24 SE24 SK24 TN24 VG24 LY25 PT25 ST25 IS26 TR26 BI27 DJ27 FR27 GR27 IT27 MC27 MR27 ' +
    'SM27 AL28 AZ28 BY28 CY28 DO28 GT28 HN28 HU28 LB28 NI28 PL28 SV28 BR29 EG29 PS29 QA29 UA29 JO30 KW30 MU30 ' +
    'YE30 MT31 SC31 LC32 RU33'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

/** What is left of an IBAN whose middle is not shown: its first characters, its last, or both. */
const masked =
  /(?<![\p{L}\p{N}])([A-Z]{2}\d{0,2}(?:[ ]?\d{4}){0,2})? ?(?:[*•●·xX]{2}|\.\.|…)[*•●·xX…. ]{0,40}((?:\d ?){0,8})(?![\p{L}\p{N}])/gu;
const leastSeen = 4;

/**
 * Whether the plain text names an account that the shown text does not, whole or with its middle masked.
 * @param maxMatches so many are read of each kind.
 */
export function hasOwnAccount(plain: string, shown: string, maxMatches: number): boolean {
  const read = accounts(shown, maxMatches);
  const missing = [...accounts(plain, maxMatches)].filter((iban) => !read.has(iban));
  if (missing.length === 0) return false;
  const solid = shown.replace(/[^A-Za-z0-9]+/gu, '').toUpperCase();
  const masks = [...shown.matchAll(masked)].slice(0, maxMatches);
  return missing.some((iban) => !solid.includes(iban) && !masks.some((mask) => isMaskOf(mask, iban)));
}

function accounts(text: string, maxMatches: number): Set<string> {
  const found = new Set<string>();
  let left = maxMatches;
  for (const [, written = ''] of text.matchAll(candidate)) {
    if (left-- === 0) break;
    // What stands behind an account in capitals or digits may look like more of it.
    const iban = written.replaceAll(' ', '').slice(0, lengths.get(written.slice(0, 2)) ?? 0);
    if (isIban(iban)) found.add(iban);
  }
  return found;
}

/** Of its country's length, and the number that its letters and digits make leaves 1 when divided by 97 (ISO 7064). */
function isIban(text: string): boolean {
  if (text.length === 0 || text.length !== lengths.get(text.slice(0, 2))) return false;
  const turned = text.slice(4) + text.slice(0, 4);
  const rest = [...turned].reduce((sum, character) => {
    const value = Number.parseInt(character, 36);
    return (sum * (value > 9 ? 100 : 10) + value) % 97;
  }, 0);
  return rest === 1;
}

function isMaskOf([, head = '', tail = '']: RegExpExecArray, iban: string): boolean {
  const [first, last] = [head.replaceAll(' ', ''), tail.replaceAll(' ', '')];
  return first.length + last.length >= leastSeen && iban.startsWith(first) && iban.endsWith(last);
}
