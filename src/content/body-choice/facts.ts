/** What a text asks for or gives that must not be another in its other form: addresses, accounts, amounts, numbers. */

const url = /https?:\/\/\S+/giu;
const host = /@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}/giu;
/** Whom a quoted letter was from or to, which programs name in one form more fully. */
const quotedHeader = /^[>\s]*\*?(?:from|to|cc|reply-to|von|an|kopie|antwort an)\*?:.*$/gimu;
const user = /[\p{L}\p{N}._%+-]{1,64}$/u;
/** An IBAN, or what is written like one. */
const account = /\b[A-Z]{2}\d{2}(?: ?(?=[A-Z]{0,3}\d)[A-Z0-9]{2,4}){2,8}\b/gu;
const currency = '€|\\$|£|¥|EUR|USD|CHF|GBP|Euro?|Dollars?|Franken';
const sum = "\\d(?:[\\d.,'’\\u00a0\\u202f]|\\s(?=\\d{3}(?!\\d))){0,30}";
const amount = new RegExp(`(?:${currency})\\s?(${sum})|(${sum})\\s?(?:${currency})(?![\\p{L}])`, 'giu');
/** Shorter ones are dates, places in a list and the like, which conversion adds. */
const longNumber = /(?<![\p{L}\p{N}.@_-])\d{6,40}(?![\p{L}\p{N}@_-])/gu;
const grouped = /\d(?:[.,'’\s]?\d)*/gu;

/** Each kind once: nobody's letter names more. */
const maxFacts = 500;

/** Whether the plain text names an address, an account, an amount or a long number that the shown text does not. */
export function hasOwnFacts(plain: string, shown: string): boolean {
  const [said, read] = [plain.replace(url, ' '), shown.toLowerCase()];
  const solid = shown.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase();
  const isNew = (fact: string) => !solid.includes(fact);
  const [letter, quoted] = [said.replace(quotedHeader, ' '), (said.match(quotedHeader) ?? []).join(' ')];
  if (addresses(letter).some((address) => !read.includes(address))) return true;
  if (addresses(quoted).some((address) => !read.includes(address.slice(address.indexOf('@'))))) return true;
  if (distinct(said.matchAll(account)).some((iban) => isNew(iban.replaceAll(' ', '')))) return true;
  if (distinct(said.matchAll(longNumber)).some(isNew)) return true;
  const amounts = distinct(said.matchAll(amount)).map(plainNumber);
  if (amounts.length === 0) return false;
  const known = new Set([...numbersIn(shown)]);
  return amounts.some((each) => !known.has(each));
}

/** Found by their host: few things have one, and all have what may be a user. */
function addresses(text: string): string[] {
  const found = [...text.matchAll(host)].slice(0, maxFacts).map(({ 0: at, index }) => {
    const [name = ''] = user.exec(text.slice(Math.max(0, index - 64), index)) ?? [];
    return `${name}${at}`.toLowerCase();
  });
  return [...new Set(found)];
}

function distinct(matches: Iterable<RegExpMatchArray>): string[] {
  const found = new Set<string>();
  for (const [whole, first, second] of matches) {
    found.add((first ?? second ?? whole).toLowerCase());
    if (found.size >= maxFacts) break;
  }
  return [...found];
}

/** Every number of the text, with what may be groups of one number put together, and apart. */
function* numbersIn(text: string): Generator<string> {
  for (const [number] of text.matchAll(grouped)) {
    yield plainNumber(number);
    for (const part of number.split(/\s+/u)) yield plainNumber(part);
  }
}

/** The digits, whatever parts them, without cents where there are none. */
function plainNumber(number: string): string {
  return number
    .trim()
    .replace(/[.,]00?$/u, '')
    .replace(/\D/gu, '')
    .replace(/^0+(?=\d)/u, '');
}
