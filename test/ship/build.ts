// `npm run build [-- folder]`: the server as it is published, into dist or that folder.
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundle, root } from './bundle.ts';
import { bundledPackages } from './bundled-packages.ts';
import { licenseNotice } from './licenses.ts';

const outdir = resolve(root, process.argv[2] ?? 'dist');
// Only what a build made: the folder is a word on a command line.
rmSync(join(outdir, 'chunks'), { recursive: true, force: true });
const metafile = await bundle(outdir);
writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licenseNotice(bundledPackages(metafile)));
