import * as z from 'zod';
import { MailboxError } from '../domain/errors.ts';
import type { Tool } from '../tools/define-tool.ts';

/** ` (did you mean x?)`, or nothing. */
export type DidYouMean = (name: string, known: readonly string[]) => string;

const maxFaults = 8;

/** What is wrong with a tool's arguments, field by field, in words a model can act on. */
export function inputError(tool: Tool, error: z.ZodError, didYouMean: DidYouMean): MailboxError {
  const known = Object.keys(tool.input.shape);
  const faults = faultsOf(error, tool.input, didYouMean);
  return new MailboxError('invalid_input', `${faults.join('; ')}.`, {
    hint: known.length > 0 ? `${tool.name} takes: ${known.join(', ')}.` : `${tool.name} takes no arguments.`,
  });
}

/** What is wrong, a sentence without its full stop for each field. @param schema what was to be fitted */
export function faultsOf(error: z.ZodError, schema: z.ZodObject, didYouMean: DidYouMean): string[] {
  return error.issues.flatMap((issue) => issueSentences(issue, schema, didYouMean)).slice(0, maxFaults);
}

export function unknownTool(name: string, tools: readonly Tool[], didYouMean: DidYouMean): MailboxError {
  const known = tools.map((tool) => tool.name);
  const message = `There is no tool ${quoted(name)}${didYouMean(name, known)}.`;
  return new MailboxError('invalid_input', message, { hint: `The tools are: ${known.join(', ')}.` });
}

function issueSentences(issue: z.core.$ZodIssue, schema: z.ZodObject, didYouMean: DidYouMean): string[] {
  const known = fieldsAt(schema, issue.path);
  const field = issue.path.map(String).join('.') || 'arguments';
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        issue.path.length === 0
          ? `${quoted(key)} is not an argument${didYouMean(key, known)}`
          : `${field} has no ${quoted(key)}${didYouMean(key, known)}: it takes ${known.join(', ')}`,
      );
    case 'invalid_value':
      return [`${field} must be one of ${oneOf(issue.values.map(String), issue.input, didYouMean)}`];
    case 'invalid_type':
      return [
        issue.input === undefined ? `${field} is missing` : `${field} must be ${typeName(issue.expected)}`,
      ];
    case 'too_small':
      if (issue.origin === 'array') return [`${field} must have at least ${issue.minimum} entry`];
      return [
        isText(issue)
          ? `${field} must not be empty${isOptionalAt(schema, issue.path) ? '; leave it out' : ''}`
          : `${field} must be at least ${issue.minimum}`,
      ];
    case 'too_big':
      if (issue.origin === 'array') return [`${field} must have at most ${issue.maximum} entries`];
      return [`${field} must be at most ${issue.maximum}${isText(issue) ? ' characters long' : ''}`];
    default:
      return [`${field} is not valid`];
  }
}

/** The names an object takes, at the place an issue is about. */
function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const found = schemaAt(schema, path);
  return found ? fieldsOf(found) : [];
}

function fieldsOf(schema: z.ZodType): string[] {
  if (isLeftOut(schema)) return fieldsOf(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function isOptionalAt(schema: z.ZodType, path: readonly PropertyKey[]): boolean {
  const found = schemaAt(schema, path);
  return found !== undefined && isLeftOut(found);
}

function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return schema;
  if (isLeftOut(schema)) return schemaAt(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodArray) return schemaAt(schema.element as z.ZodType, rest);
  if (!(schema instanceof z.ZodObject) || !Object.hasOwn(schema.shape, step)) return undefined;
  return schemaAt(schema.shape[String(step)] as z.ZodType, rest);
}

/** What need not be given. */
function isLeftOut(schema: z.ZodType): schema is z.ZodOptional | z.ZodDefault {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
}

function oneOf(values: readonly string[], given: unknown, didYouMean: DidYouMean): string {
  return `${values.join(', ')}${typeof given === 'string' ? didYouMean(given, values) : ''}`;
}

function isText(issue: { origin: string }): boolean {
  return issue.origin === 'string';
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function typeName(expected: string): string {
  return typeNames[expected] ?? expected;
}

/** A name the caller made up, made harmless: bounded, and without anything that is not a letter of a name. */
function quoted(name: string): string {
  return `"${name.slice(0, 60).replace(/[^\p{L}\p{N}_.-]/gu, '?')}"`;
}
