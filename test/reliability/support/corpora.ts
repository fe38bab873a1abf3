import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const corpora = fileURLToPath(new URL('../../../../shared/corpora/', import.meta.url));

/** A folder of the shared corpora; undefined where it is not there. */
export function corpus(path: string): string | undefined {
  const folder = join(corpora, path);
  return existsSync(folder) ? folder : undefined;
}

export interface CorpusFile {
  /** From `mail/` on. */
  name: string;
  raw: Buffer;
}

/** Every message of `mail/`, or of those folders in it; none where the corpora are not there. */
export function corpusMails(folders: readonly string[] = ['']): CorpusFile[] {
  const found = folders.flatMap((folder) => corpus(join('mail', folder)) ?? []);
  const files = found.flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }));
  return files
    .filter((file) => file.isFile() && !file.name.endsWith('.json'))
    .map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return { name: `${basename(parentPath)}/${name}`, raw: readFileSync(path) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
