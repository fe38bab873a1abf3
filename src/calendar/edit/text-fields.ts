import { cleanText } from '../../content/clean.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Component } from '../ics/document.ts';
import { listedLine } from '../listed-line.ts';
import { property, rawValue, textOf, withParam, withValue } from './lines.ts';
import { lineOf, removeLines, setLine } from './tree.ts';

export type TextField = 'title' | 'description' | 'location' | 'url';

interface Spelling {
  name: string;
  maxChars: number;
  /** What other programs write beside it and show instead: with the text it is out of date. */
  twins: readonly string[];
}

export const textFields: Readonly<Record<TextField, Spelling>> = {
  title: { name: 'SUMMARY', maxChars: 500, twins: [] },
  description: { name: 'DESCRIPTION', maxChars: 50_000, twins: ['X-ALT-DESC'] },
  location: { name: 'LOCATION', maxChars: 1_000, twins: ['X-APPLE-STRUCTURED-LOCATION'] },
  url: { name: 'URL', maxChars: 2_000, twins: [] },
};

/**
 * Sets SUMMARY, DESCRIPTION, LOCATION or URL; an empty text takes it out. A text that reads the same stays as it stands,
 * and so does one of which the cut beginning is given back.
 * @throws MailboxError `invalid_input` when it is too long, an empty title or no web address.
 */
export function setText(event: Component, field: TextField, given: string): Component {
  const { name, twins } = textFields[field];
  const value = checkedText(field, given);
  const line = lineOf(event, name);
  const current = line ? (field === 'url' ? rawValue(line) : textOf(line)) : '';
  if (readable(current) === readable(value) || isCutOf(current, value, field)) return event;
  const bare = removeLines(event, twins);
  if (value === '') return removeLines(bare, [name]);
  // ALTREP holds the same text as HTML, and Thunderbird shows that one.
  return setLine(bare, line ? withParam(withValue(line, value), 'ALTREP', undefined) : property(name, value));
}

/** TRANSP (RFC 5545 §3.8.2.7); without it an event blocks time. */
export function isBusy(event: Component): boolean {
  const line = lineOf(event, 'TRANSP');
  return !line || rawValue(line).trim().toUpperCase() !== 'TRANSPARENT';
}

export function setBusy(event: Component, busy: boolean): Component {
  if (isBusy(event) === busy) return event;
  const line = lineOf(event, 'TRANSP');
  const value = busy ? 'OPAQUE' : 'TRANSPARENT';
  return setLine(event, line ? withValue(line, value) : property('TRANSP', value));
}

function checkedText(field: TextField, given: string): string {
  const { maxChars } = textFields[field];
  const value = field === 'description' ? given : given.replace(/\s+/gu, ' ').trim();
  if (value.length > maxChars) throw invalid(`${field} is longer than ${maxChars} characters.`);
  if (field === 'title' && value === '') throw invalid('title must not be empty.');
  if (field === 'url' && value !== '' && !isWebAddress(value)) {
    throw invalid('url is not a web address (http or https).');
  }
  return value;
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s\p{Cc}"<>\\]+$/iu.test(text) && URL.canParse(text);
}

/** What was shown to the caller is cleaned text: given back it means no change. */
function readable(text: string): string {
  return cleanText(text).text.trim();
}

/** Lists show a long text cut: given back, it would take the rest away. */
function isCutOf(current: string, value: string, field: TextField): boolean {
  const isListed = field === 'title' || field === 'location';
  return isListed && value.endsWith('…') && value === listedLine(current);
}

function invalid(message: string): MailboxError {
  return new MailboxError('invalid_input', message);
}
