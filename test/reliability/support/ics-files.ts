import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { calendar, lived } from '../../calendar/edit/line-diff.ts';

export interface IcsFile {
  name: string;
  ics: string;
}

const corpus = join(import.meta.dirname, '../../../../shared/corpora/ics');
export const hasCorpus = existsSync(corpus);

/** Every calendar file of the corpus, and one of our own. */
export function icsFiles(): IcsFile[] {
  const own = { name: 'own', ics: calendar([lived]) };
  if (!hasCorpus) return [own];
  const names = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.endsWith('.json') && statSync(join(corpus, name)).isFile(),
  );
  return [own, ...names.map((name) => ({ name, ics: readFileSync(join(corpus, name), 'utf8') }))];
}
