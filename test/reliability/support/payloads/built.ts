import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { corpus } from '../corpora.ts';
import type { Channel, Payload } from './payload.ts';

interface BuiltCase {
  file: string;
  channel: Channel;
  canary: string;
  expect: Payload['expect'];
}

/** What each spoof of the corpus has to be warned of, or nothing where not being taken for genuine is enough. */
const warns: Record<string, string> = { '066-from-display-addr.eml': 'display_name_spoof' };

/** The shared corpus of injections; none where it is not there. */
export function builtPayloads(): (Payload & { warns?: string })[] {
  const folder = corpus('injection/built');
  if (!folder) return [];
  const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as BuiltCase[];
  return cases.map(({ file, channel, canary, expect }) => {
    const raw = readFileSync(join(folder, file));
    const warning = warns[file];
    const kind = file.endsWith('.ics') ? 'ics' : 'eml';
    return { name: file, channel, canary, expect, kind, raw, ...(warning && { warns: warning }) };
  });
}
