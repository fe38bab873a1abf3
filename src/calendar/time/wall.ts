/** A wall clock's fields read as though they were UTC: arithmetic on it knows no DST. */
export type WallMs = number;

export const dayMs = 86_400_000;

/** 0001-01-01 and the last second of 9999: what four-digit years can say. */
export const firstWall: WallMs = Date.parse('0001-01-01T00:00:00Z');
export const lastWall: WallMs = Date.parse('9999-12-31T23:59:59Z');

export function startOfDay(wall: WallMs): WallMs {
  return Math.floor(wall / dayMs) * dayMs;
}

/** `YYYY-MM-DD`. */
export function formatDay(wall: WallMs): string {
  return new Date(clamped(wall)).toISOString().slice(0, 10);
}

/** The midnight of `YYYY-MM-DD`; undefined for days that do not exist. */
export function parseDay(date: string): WallMs | undefined {
  const wall = /^\d{4}-\d{2}-\d{2}$/u.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(wall) || wall < firstWall || formatDay(wall) !== date ? undefined : wall;
}

/** Nearest time that four-digit years can say. */
export function clamped(wall: WallMs): WallMs {
  return Math.min(Math.max(wall, firstWall), lastWall);
}
