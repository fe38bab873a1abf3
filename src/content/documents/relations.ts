import type { Archive } from './archive.ts';
import type { TextSink } from './text-sink.ts';
import { type Attributes, walkXml } from './xml.ts';

export interface Relation {
  id: string;
  /** The last word of the type, e.g. `officeDocument`, `worksheet`, `notesSlide`. */
  kind: string;
  /** Path in the archive, lower case. */
  path: string;
}

/** The parts an OOXML part refers to (ECMA-376 part 2, §6.5); `part` is `''` for the whole package. */
export function readRelations(archive: Archive, part: string, sink: TextSink): Relation[] {
  const slash = part.lastIndexOf('/') + 1;
  const folder = part.slice(0, slash);
  const bytes = archive.entries.get(`${folder}_rels/${part.slice(slash)}.rels`);
  const relations: Relation[] = [];
  if (!bytes) return relations;
  const open = (name: string, { Id, Type = '', Target, TargetMode }: Attributes) => {
    if (name !== 'Relationship' || !Id || !Target || TargetMode === 'External') return;
    relations.push({ id: Id, kind: Type.slice(Type.lastIndexOf('/') + 1), path: resolve(folder, Target) });
  };
  walkXml(bytes, { open }, sink);
  return relations;
}

function resolve(folder: string, target: string): string {
  const path: string[] = [];
  const full = target.startsWith('/') ? target : folder + target;
  for (const segment of full.split('/')) {
    if (segment === '..') path.pop();
    else if (segment !== '' && segment !== '.') path.push(segment);
  }
  return path.join('/').toLowerCase();
}
