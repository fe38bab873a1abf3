export type Language = 'de' | 'en';

/** Words that carry no subject matter, hardly shared by the two languages. */
const functionWords: Readonly<Record<Language, ReadonlySet<string>>> = {
  de: new Set(
    (
      'und der das den dem des ein eine einen einem einer ich du er wir ihr ihnen sie mich mir dich dir uns euch ist sind ' +
      'wird werden wurde haben habe hast hatte kann können könnte nicht kein keine auch noch nur schon sehr mit ' +
      'für von vom zum zur bei beim aus auf über nach seit wenn weil dass ob oder aber denn doch bitte danke ' +
      'grüße gruß viele liebe lieber hallo guten tag morgen heute gestern mein dein ihre unser im um wie wo ' +
      'freundlichen herzliche dieser diese dieses'
    ).split(' '),
  ),
  en: new Set(
    (
      'the and of to a i you he we they it its is are were be been have has had would can could should ' +
      'not no do does did this that these those with for from by at on or but because if when which who what ' +
      'your my our their me us them please thanks thank dear hello regards best kind today tomorrow about as ' +
      'there here just'
    ).split(' '),
  ),
};

/** Enough to tell; later text is mostly quotation. */
const readChars = 5_000;

/** German or English, by the function words and letters of the text; `fallback` when they do not tell. */
export function guessLanguage(text: string, fallback: Language = 'en'): Language {
  const words =
    text
      .slice(0, readChars)
      .toLowerCase()
      .match(/\p{L}+/gu) ?? [];
  let balance = 0;
  for (const word of words) {
    if (functionWords.de.has(word)) balance += 1;
    else if (functionWords.en.has(word)) balance -= 1;
    else if (/[äöüß]/u.test(word)) balance += 0.5;
  }
  if (balance === 0) return fallback;
  return balance > 0 ? 'de' : 'en';
}
