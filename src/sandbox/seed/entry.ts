import type { Person, SeedMail } from './compose.ts';

/** A mail to be composed, and where it lies. */
export interface SeedEntry {
  folder: string;
  mail: SeedMail;
  flags: readonly string[];
}

/** A mail given by its bytes. */
export interface SeedRaw {
  folder: string;
  raw: Buffer;
  date: Date;
  flags: readonly string[];
  from: Person;
  /** What the receiving server found; default `pass`. */
  authentication?: 'pass' | 'fail';
}
