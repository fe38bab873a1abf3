import * as z from 'zod';
import { MailboxError } from '../domain/errors.ts';
import type { Tool } from '../tools/define-tool.ts';

/** ` (did you mean x?)`, or nothing. */
export type DidYouMean = (name: string, known: readonly string[]) => string;

const maxFaults = 8;

/** What is wrong with a tool's arguments, field by field, in words a model can act on. */
export function inputError(tool: Tool, error: z.ZodError, didYouMean: DidYouMean): MailboxError {
  const known = Object.keys(tool.input.shape);
  const faults = faultsOf(error, (path) => fieldsAt(tool.input, path), didYouMean);
  return new MailboxError('invalid_input', `${faults.join('; ')}.`, {
    hint: known.length > 0 ? `${tool.name} takes: ${known.join(', ')}.` : `${tool.name} takes no arguments.`,
  });
}

/** What is wrong, a sentence without its full stop for each field. @param known the names there are, at a path */
export function faultsOf(
  error: z.ZodError,
  known: readonly string[] | ((path: readonly PropertyKey[]) => readonly string[]),
  didYouMean: DidYouMean,
): string[] {
  const knownAt = typeof known === 'function' ? known : () => known;
  return error.issues
    .flatMap((issue) => issueSentences(issue, knownAt(issue.path), didYouMean))
    .slice(0, maxFaults);
}

export function unknownTool(name: string, tools: readonly Tool[], didYouMean: DidYouMean): MailboxError {
  const known = tools.map((tool) => tool.name);
  const message = `There is no tool ${quoted(name)}${didYouMean(name, known)}.`;
  return new MailboxError('invalid_input', message, { hint: `The tools are: ${known.join(', ')}.` });
}

function issueSentences(issue: z.core.$ZodIssue, known: readonly string[], didYouMean: DidYouMean): string[] {
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
          ? `${field} must not be empty; leave it out`
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
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return fieldsAt(schema.unwrap() as z.ZodType, path);
  }
  const [step, ...rest] = path;
  if (schema instanceof z.ZodArray && step !== undefined) return fieldsAt(schema.element as z.ZodType, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  const field = step === undefined ? undefined : (schema.shape[String(step)] as z.ZodType | undefined);
  return field ? fieldsAt(field, rest) : Object.keys(schema.shape);
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
