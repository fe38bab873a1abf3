import { Unzip, type UnzipFile, UnzipInflate } from 'fflate';

/** The parts of an office document that we read; media, themes and embedded files are never unpacked. */
const wanted =
  /^(?:_rels\/\.rels|(?:word|xl|ppt)\/(?!theme|media|embeddings|slide(?:layouts|masters)|charts|diagrams).*\.(?:xml|rels)|(?:content|styles)\.xml|meta-inf\/manifest\.xml)$/u;

const maxEntries = 5_000;
const maxUnpacked = 50 * 1024 * 1024;
const maxRatio = 200;

/** Below this size the ratio says nothing: an empty form of a few kilobytes compresses as well as a bomb. */
const ratioMatters = 4 * 1024 * 1024;

/** One push can grow a thousandfold before we are asked again, hence small. */
const chunkBytes = 16_384;

/** Entries by their path in lower case with `/`. */
export interface Archive {
  entries: ReadonlyMap<string, Uint8Array>;
  /** Every path in the archive, also of what was not unpacked. */
  paths: ReadonlySet<string>;
  /** Why reading stopped before the end; what came before is there. */
  fault?: string;
}

class ArchiveLimit extends Error {}

/**
 * Unpacks what an office document needs, as a stream and counting what comes out: sizes an archive declares
 * are the sender's word. Stops at 5,000 entries, 50 MB or 200 times the packed size, keeping what it has.
 */
export function readArchive(bytes: Uint8Array): Archive {
  const entries = new Map<string, Uint8Array>();
  const paths = new Set<string>();
  const budget = { left: Math.min(maxUnpacked, Math.max(ratioMatters, bytes.length * maxRatio)) };
  let count = 0;
  const unzip = new Unzip((file) => {
    count += 1;
    if (count > maxEntries) throw new ArchiveLimit(`more than ${maxEntries} files in the archive`);
    const path = file.name.replace(/\\/gu, '/').replace(/^\/+/u, '').toLowerCase();
    if (wanted.test(path) && !paths.has(path)) collect(file, budget, (content) => entries.set(path, content));
    paths.add(path);
  });
  unzip.register(UnzipInflate);
  try {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      unzip.push(bytes.subarray(at, at + chunkBytes), at + chunkBytes >= bytes.length);
    }
  } catch (error) {
    const fault = error instanceof ArchiveLimit ? error.message : 'the archive is damaged';
    return { entries, paths, fault };
  }
  return { entries, paths };
}

function collect(file: UnzipFile, budget: { left: number }, done: (content: Uint8Array) => void): void {
  const chunks: Uint8Array[] = [];
  file.ondata = (error, chunk, final) => {
    if (error) throw error;
    budget.left -= chunk.length;
    if (budget.left < 0) throw new ArchiveLimit('the archive unpacks to far more than it should');
    chunks.push(chunk);
    if (final) done(Buffer.concat(chunks));
  };
  file.start();
}
