import { Random } from '../../bench/random.ts';
import type { CorpusFile } from './corpora.ts';

type Mutation = (raw: Buffer, random: Random, others: readonly CorpusFile[]) => Buffer;

const span = (raw: Buffer, random: Random) => {
  const [one, other] = [random.below(raw.length + 1), random.below(raw.length + 1)];
  return [Math.min(one, other), Math.max(one, other)] as const;
};

const mutations: Readonly<Record<string, Mutation>> = {
  truncated: (raw, random) => raw.subarray(0, random.below(raw.length)),
  'without its beginning': (raw, random) => raw.subarray(random.below(raw.length)),
  spliced: (raw, random, others) => {
    const other = random.pick(others).raw;
    const [from, to] = span(other, random);
    const at = random.below(raw.length);
    return Buffer.concat([raw.subarray(0, at), other.subarray(from, to), raw.subarray(at)]);
  },
  'with a piece twice': (raw, random) => {
    const [from, to] = span(raw, random);
    return Buffer.concat([raw.subarray(0, to), raw.subarray(from)]);
  },
  'without a piece': (raw, random) => {
    const [from, to] = span(raw, random);
    return Buffer.concat([raw.subarray(0, from), raw.subarray(to)]);
  },
  'with bits turned': (raw, random) => {
    const turned = Buffer.from(raw);
    for (let left = 1 + random.below(30); left > 0; left--) {
      const at = random.below(turned.length);
      turned[at] = (turned[at] ?? 0) ^ (1 << random.below(8));
    }
    return turned;
  },
  'with lines in another order': (raw, random) => {
    const lines = raw.toString('latin1').split('\n');
    for (let left = 1 + random.below(10); left > 0; left--) {
      const [moved = ''] = lines.splice(random.below(lines.length), 1);
      lines.splice(random.below(lines.length + 1), 0, moved);
    }
    return Buffer.from(lines.join('\n'), 'latin1');
  },
};

/** Mails made of these by damage, without two alike; the same for the same seed. An empty one is none. */
export function mutantsOf(files: readonly CorpusFile[], count: number, seed: number): CorpusFile[] {
  const random = new Random(seed);
  const kinds = Object.entries(mutations);
  if (files.length === 0) return [];
  return Array.from({ length: count }, (_, nth) => {
    const file = files[nth % files.length] ?? random.pick(files);
    const [how, mutate] = random.pick(kinds);
    const raw = mutate(file.raw, random, files);
    return { name: `${file.name} ${how} (${nth})`, raw: raw.length > 0 ? raw : Buffer.from('\r\n') };
  });
}
