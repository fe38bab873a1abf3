const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `"03-Mar-2025 10:00:00 +0000"`: INTERNALDATE, in UTC (RFC 9051 §9 date-time). */
export function formatImapDateTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${two(date.getUTCDate())}-${months[date.getUTCMonth()]}-${date.getUTCFullYear()}`;
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `"${day} ${time} +0000"`;
}

/** undefined when it is no date-time. */
export function parseImapDateTime(text: string): Date | undefined {
  const match = /^([ \d]?\d-[A-Za-z]{3}-\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/u.exec(text);
  const day = parseImapDate(match?.[1]?.trim() ?? '');
  if (!match || day === undefined) return undefined;
  const [hours, minutes, seconds, zoneHours, zoneMinutes] = [2, 3, 4, 6, 7].map((group) =>
    Number(match[group]),
  );
  const offset = ((zoneHours ?? 0) * 60 + (zoneMinutes ?? 0)) * (match[5] === '-' ? -1 : 1);
  const ofDay = ((hours ?? 0) * 60 + (minutes ?? 0) - offset) * 60 + (seconds ?? 0);
  return new Date(day + ofDay * 1000);
}

/** `3-Mar-2025` as UTC midnight in milliseconds; undefined when it is no date. */
export function parseImapDate(text: string): number | undefined {
  const match = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/u.exec(text);
  const month = months.findIndex((name) => name.toLowerCase() === match?.[2]?.toLowerCase());
  return match && month >= 0 ? Date.UTC(Number(match[3]), month, Number(match[1])) : undefined;
}
