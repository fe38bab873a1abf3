import { readFileSync, writeFileSync } from 'node:fs';
import { withRegions } from './regions.ts';

/** `npm run docs`: what the README repeats of the code, written anew. */
const readme = new URL('../../README.md', import.meta.url);
writeFileSync(readme, withRegions(readFileSync(readme, 'utf8')));
