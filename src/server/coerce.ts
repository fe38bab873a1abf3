import * as z from 'zod';
import { isMailId } from '../domain/mail-id.ts';

/**
 * Arguments as they were meant, where that cannot be doubted: clients and models send numbers and booleans as text, one
 * value where a list is due, a list as JSON text, null for nothing. Everything else stays as it is, to be refused by name.
 */
export function coerceArguments(schema: z.ZodObject, args: unknown): unknown {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return args;
  const fields = Object.entries(args).flatMap(([name, value]) => {
    const field = Object.hasOwn(schema.shape, name) ? (schema.shape[name] as z.ZodType) : undefined;
    if (!field) return [[name, value]];
    return value === null && isOptional(field) ? [] : [[name, coerce(field, value)]];
  });
  return Object.fromEntries(fields);
}

function coerce(schema: z.ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return coerce(schema.unwrap() as z.ZodType, value);
  }
  if (schema instanceof z.ZodNumber) return typeof value === 'string' ? numberOf(value) : value;
  if (schema instanceof z.ZodBoolean) return typeof value === 'string' ? booleanOf(value) : value;
  if (schema instanceof z.ZodArray) return listOf(schema.element as z.ZodType, value);
  if (schema instanceof z.ZodObject) return coerceArguments(schema, value);
  // Of 1.10 only 1.1 is left: a whole number alone is the text it was.
  if (schema instanceof z.ZodString && Number.isSafeInteger(value)) return String(value);
  return value;
}

function isOptional(schema: z.ZodType): boolean {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
}

function numberOf(text: string): unknown {
  return /^\s*-?\d{1,15}(?:\.\d{1,15})?\s*$/u.test(text) ? Number(text) : text;
}

function booleanOf(text: string): unknown {
  const word = text.trim().toLowerCase();
  return word === 'true' || word === 'false' ? word === 'true' : text;
}

function listOf(element: z.ZodType, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => coerce(element, item));
  if (typeof value === 'string' && /^\s*[[{]/u.test(value)) {
    const parsed = parseJson(value);
    if (Array.isArray(parsed)) return parsed.map((item) => coerce(element, item));
    if (parsed !== undefined && element instanceof z.ZodObject) return [coerce(element, parsed)];
  }
  const isIds = typeof value === 'string' && element instanceof z.ZodString;
  return isIds ? idsIn(value) : [coerce(element, value)];
}

/** Ids with commas between them, where each piece is one; a folder's name may hold a comma. */
function idsIn(text: string): string[] {
  const pieces = text.split(',').map((piece) => piece.trim());
  return pieces.length > 1 && pieces.every(isMailId) ? pieces : [text];
}

/** `undefined` for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
