import { domainToASCII, domainToUnicode } from 'node:url';

/** Second levels under which anyone registers; the Public Suffix List in the small, for what mail comes from. */
const secondLevels = new Set(
  (
    'co.uk org.uk ac.uk gov.uk me.uk ltd.uk plc.uk co.at or.at ac.at gv.at com.au net.au org.au edu.au gov.au ' +
    'co.nz org.nz govt.nz co.jp or.jp ne.jp ac.jp go.jp com.br net.br org.br gov.br com.tr org.tr gov.tr ' +
    'com.cn net.cn org.cn gov.cn com.tw com.hk com.sg com.my co.in net.in org.in gov.in co.za org.za com.mx ' +
    'com.ar com.co com.pl net.pl org.pl com.ua co.il org.il co.kr or.kr com.gr com.pt com.es com.ru co.id ' +
    'com.vn com.ph co.th com.sa com.eg com.ng co.ke gouv.fr asso.fr com.de github.io gitlab.io herokuapp.com ' +
    'web.app firebaseapp.com vercel.app netlify.app pages.dev workers.dev azurewebsites.net cloudfront.net ' +
    's3.amazonaws.com blogspot.com appspot.com myshopify.com wordpress.com'
  ).split(' '),
);

/** A host or domain in lower-case ASCII without the trailing dot; undefined when it is none. */
export function normalDomain(domain: string | undefined): string | undefined {
  const bare = domain?.trim().replace(/\.$/u, '').toLowerCase();
  if (!bare || bare.length > 253 || /[\s@<>"(),;:\\/[\]]/u.test(bare)) return undefined;
  return domainToASCII(bare) || undefined;
}

/** The registrable domain: `mail.example.co.uk` is `example.co.uk`'s. RFC 7489 calls it organizational. */
export function organisationalDomain(domain: string): string {
  const labels = domain.split('.');
  for (const size of [3, 2]) {
    if (labels.length > size && secondLevels.has(labels.slice(-size).join('.'))) {
      return labels.slice(-size - 1).join('.');
    }
  }
  return labels.slice(-2).join('.');
}

/** Whether both belong to the same registrant ("relaxed alignment", RFC 7489 §3.1). Normalised domains. */
export function sameOrganisation(first: string, second: string): boolean {
  return organisationalDomain(first) === organisationalDomain(second);
}

/** A domain as a person may read it: Unicode where each label keeps to one script, else punycode. */
export function displayDomain(domain: string): string {
  const ascii = normalDomain(domain);
  if (!ascii) return domain;
  if (!ascii.includes('xn--')) return ascii;
  const labels = ascii.split('.').map((label) => {
    const decoded = domainToUnicode(label);
    return decoded !== '' && isSafeLabel(decoded) ? decoded : label;
  });
  return labels.join('.');
}

const scripts: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Hebrew}/u,
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u,
  /\p{Script=Thai}/u,
  /\p{Script=Devanagari}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Georgian}/u,
];

/** One known script, and not wholly of letters that pass for Latin ones (раураl, UTS 39 §4). */
export function isSafeLabel(label: string): boolean {
  const script = scripts.find((known) => known.test(label));
  const foreign = [...label].filter((letter) => letter > '\u007f');
  if (!script || !foreign.every((letter) => script.test(letter) || /\p{M}/u.test(letter))) return false;
  return script === scripts[0] || !/^[a-z0-9-]*$/u.test(latinLookalike(label));
}

const lookalikes = new Map(
  (
    'аa вb еe ԁd һh іi јj ӏl кk мm нh оo рp ԛq ѕs тt уy ѵv ԝw хx ғf гr пn сc ьb ' +
    'αa βb εe ηn ιi κk νv οo ρp τt υu ωw γy χx σo ϲc ' +
    'ɑa ɡg ɩi ıi ḷl ʟl ɴn օo սu հh ոn яr'
  )
    .split(' ')
    .map((pair) => [pair.charAt(0), pair.slice(1)] as const),
);

/** The text with every letter that looks like a Latin one replaced by it, accents dropped. */
export function latinLookalike(text: string): string {
  const bare = text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replace(/ß/gu, 'ss');
  return [...bare].map((letter) => lookalikes.get(letter) ?? letter).join('');
}
