import { readFileSync, writeFileSync } from 'node:fs';
import { documents, withRegions } from './regions.ts';

/** `npm run docs`: what documents repeat of the code, written anew. */
for (const [path, regions] of Object.entries(documents)) {
  const file = new URL(`../../${path}`, import.meta.url);
  writeFileSync(file, withRegions(readFileSync(file, 'utf8'), regions));
}
