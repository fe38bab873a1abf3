import type { Language } from './define-prompt.ts';

/** The language a word (`de`, `de-AT`, `Deutsch`, `german`) means; undefined for one we do not have. */
export function languageOf(text: string): Language | undefined {
  const word = text.trim().toLowerCase();
  if (/^(?:de(?:[-_].*)?|deutsch|german)$/u.test(word)) return 'de';
  return /^(?:en(?:[-_].*)?|english|englisch)$/u.test(word) ? 'en' : undefined;
}

/** The language for a locale (BCP 47): English where we do not have its own. */
export function languageOfLocale(locale: string): Language {
  return languageOf(locale) ?? 'en';
}
