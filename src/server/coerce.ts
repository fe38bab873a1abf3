import * as z from 'zod';
import { textsIn } from './ids-in-text.ts';

/**
 * Arguments as they were meant, where that cannot be doubted: clients and models send numbers and booleans as text, one
 * value where a list is due, a list as JSON text, one of several words in other letters, null for nothing. Everything else
 * stays as it is, to be refused by name.
 */
export function coerceArguments(schema: z.ZodObject, args: unknown): unknown {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return args;
  const fields = Object.entries(args).flatMap(([name, value]) => {
    const field = Object.hasOwn(schema.shape, name) ? (schema.shape[name] as z.ZodType) : undefined;
    if (!field) return [[name, value]];
    return isAbsent(field, value) ? [] : [[name, coerce(field, value)]];
  });
  return Object.fromEntries(fields);
}

function coerce(schema: z.ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return coerce(schema.unwrap() as z.ZodType, value);
  }
  if (schema instanceof z.ZodNumber) return typeof value === 'string' ? numberOf(value) : value;
  if (schema instanceof z.ZodBoolean) return typeof value === 'string' ? booleanOf(value) : value;
  if (schema instanceof z.ZodEnum) return typeof value === 'string' ? memberOf(schema.options, value) : value;
  if (schema instanceof z.ZodArray) return listOf(schema.element as z.ZodType, value);
  if (schema instanceof z.ZodObject) return coerceArguments(schema, value);
  // Of 1.10 only 1.1 is left: a whole number alone is the text it was.
  if (schema instanceof z.ZodString && Number.isSafeInteger(value)) return String(value);
  return value;
}

/** Sent for nothing: null, where that is no value; an empty text for one of several words that may be left out. */
function isAbsent(schema: z.ZodType, value: unknown): boolean {
  const isOptional = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  if (value === null) return isOptional || !schema.safeParse(null).success;
  if (!isOptional || typeof value !== 'string' || value.trim() !== '') return false;
  return innermost(schema) instanceof z.ZodEnum;
}

function innermost(schema: z.ZodType): z.ZodType {
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  return isWrapped ? innermost(schema.unwrap() as z.ZodType) : schema;
}

/** The word that is meant, where it is one only. */
function memberOf(words: readonly (string | number)[], text: string): unknown {
  if (words.includes(text)) return text;
  const wanted = text.trim().toLowerCase();
  const [found, ...others] = words.filter((word) => String(word).toLowerCase() === wanted);
  return others.length === 0 ? (found ?? text) : text;
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
  if (typeof value === 'string' && element instanceof z.ZodString) return textsIn(value);
  return [coerce(element, value)];
}

/** `undefined` for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
