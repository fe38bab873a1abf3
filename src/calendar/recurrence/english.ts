export const weekdayNames = [
  ...['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
];

export const monthNames = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** "Monday, Tuesday and Friday". */
export function phraseList(words: readonly (string | number)[], last = 'and'): string {
  if (words.length < 2) return String(words[0] ?? '');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth'];

/** "first", "20th"; negative numbers count from the end: "last", "second to last". */
export function ordinal(number: number): string {
  if (number === -1) return 'last';
  return number < 0 ? `${ordinal(-number)} to last` : (ordinals[number - 1] ?? ordinalDigits(number));
}

/** "1st", "12th". */
export function ordinalDigits(number: number): string {
  const tens = number % 100;
  const ending = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${ending}`;
}
