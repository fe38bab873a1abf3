// `npm run registry`: server.json for the MCP registry, which names the desktop extension of this release by its hash.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { extensionName, inReleaseFolder } from './release-folder.ts';
import { serverJson } from './server-json.ts';

const extension = readFileSync(inReleaseFolder(extensionName));
const sha256 = createHash('sha256').update(extension).digest('hex');
writeFileSync(inReleaseFolder('server.json'), `${JSON.stringify(serverJson(sha256), undefined, 2)}\n`);
