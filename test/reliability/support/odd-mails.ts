import { letter } from '../../support/letters.ts';
import type { Effort } from '../case.ts';
import { bombs } from './bombs.ts';
import { type CorpusFile, corpusMails } from './corpora.ts';
import { mutantsOf } from './mutants.ts';
import { spread } from './spread.ts';

export interface OddMail {
  kind: 'corpus' | 'mutant' | 'bomb';
  name: string;
  /** Made when it is needed: bombs are large. */
  raw(): Buffer;
}

const mutantCount = 3_000;

/** Of each ten, two are bombs and two mutants, as long as there are. */
const turns = [
  'corpus',
  'bomb',
  'corpus',
  'mutant',
  'corpus',
  'corpus',
  'bomb',
  'corpus',
  'mutant',
  'corpus',
] as const;

/** Where the corpora are not there. */
const own: CorpusFile = {
  name: 'own/no boundary',
  raw: letter({ subject: 'No boundary', headers: ['Content-Type: multipart/mixed'], body: 'hello there' }),
};

/** Every mail of the corpus, mutants of them and bombs; each beginning has some of all. */
export function oddMails({ seed }: Effort): OddMail[] {
  const files = corpusMails();
  const corpus = files.length > 0 ? files : [own];
  const queues = {
    corpus: spread(corpus, seed).map((file) => oddMail('corpus', file)),
    mutant: spread(mutantsOf(corpus, mutantCount, seed), seed).map((file) => oddMail('mutant', file)),
    bomb: spread(bombs, seed).map((bomb): OddMail => ({ kind: 'bomb', ...bomb })),
  };
  const mails: OddMail[] = [];
  for (let turn = 0; Object.values(queues).some((queue) => queue.length > 0); turn++) {
    const next = queues[turns[turn % turns.length] ?? 'corpus'].shift();
    if (next) mails.push(next);
  }
  return mails;
}

function oddMail(kind: OddMail['kind'], { name, raw }: CorpusFile): OddMail {
  return { kind, name, raw: () => raw };
}
