// `npm run sbom`: the software bill of materials, CycloneDX.
import { writeFileSync } from 'node:fs';
import { billOfMaterials } from './bill-of-materials.ts';
import { inReleaseFolder } from './release-folder.ts';

const output = inReleaseFolder('sbom.cdx.json');
const bill = await billOfMaterials();
writeFileSync(output, `${JSON.stringify(bill, undefined, 2)}\n`);
console.log(`${output}: ${bill.components.length} packages`);
