import type { Random } from '../../bench/random.ts';
import type { PassedAnswer, Told } from './dav-front.ts';

/** What a broken or limited server makes of an answer. */
export type Damage = (answer: PassedAnswer, random: Random) => Told;

const xml = { 'content-type': 'application/xml; charset=utf-8' };
const failed =
  (status: number, headers = {}): Damage =>
  () => ({ status, headers, body: '' });
const elsewhere = { location: 'http://127.0.0.1:9/x' };
const below = (random: Random, { body }: PassedAnswer) => random.below(Buffer.byteLength(body) + 1);

export const damages: Readonly<Record<string, Damage>> = {
  ...Object.fromEntries(
    [400, 403, 404, 405, 409, 500, 501, 502, 503, 504].map((status) => [status, failed(status)]),
  ),
  ...Object.fromEntries([301, 302, 307, 308].map((status) => [status, failed(status, elsewhere)])),
  'a lost connection': () => 'drop',
  'an empty 207': () => ({ status: 207, headers: xml, body: '' }),
  'no XML': () => ({ status: 207, headers: xml, body: '<a><b></a>' }),
  'an empty list': () => ({ status: 207, headers: xml, body: '<multistatus xmlns="DAV:"/>' }),
  'a page for people': () => ({
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<html>Login</html>',
  }),
  'torn XML': (answer, random) => ({ ...answer, body: answer.body.slice(0, below(random, answer)) }),
  'an answer cut off': (answer, random) => ({ ...answer, cutAfter: below(random, answer) }),
  ...Object.fromEntries([403, 404, 500, 507].map((status) => [`${status} for one`, itemFailed(status)])),
};

/** One of the responses in a 207 has no content but this status, as a server says that lost or cannot give it. */
function itemFailed(status: number): Damage {
  return (answer, random) => {
    const items = [...answer.body.matchAll(/<((?:\w+:)?)response>.*?<\/\1response>/gsu)];
    const hit = items[random.below(items.length)];
    if (!hit) return answer;
    const href = /<(?:\w+:)?href>[^<]*<\/(?:\w+:)?href>/u.exec(hit[0])?.[0] ?? '';
    const [, p = ''] = hit;
    const told = `<${p}response>${href}<${p}status>HTTP/1.1 ${status} Failed</${p}status></${p}response>`;
    return { ...answer, body: answer.body.replace(hit[0], told) };
  };
}
