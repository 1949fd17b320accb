import type { Json } from '../json.ts';
import { isObject } from '../json.ts';
import { fallBackToJsonata } from './node.ts';

type Operator = (left: Json | undefined, right: Json | undefined) => Json | undefined;

export const operators: Readonly<Record<string, Operator>> = {
  '=': (left, right) => left !== undefined && right !== undefined && isSame(left, right),
  '!=': (left, right) => left !== undefined && right !== undefined && !isSame(left, right),
  and: (left, right) => truth(left) && truth(right),
  or: (left, right) => truth(left) || truth(right),
  '&': (left, right) => text(left) + text(right),
  '<': compared((left, right) => left < right),
  '<=': compared((left, right) => left <= right),
  '>': compared((left, right) => left > right),
  '>=': compared((left, right) => left >= right),
  '+': computed((left, right) => left + right),
  '-': computed((left, right) => left - right),
  '*': computed((left, right) => left * right),
};

/** Whether an object is the same as another is jsonata's; that it is no text, and not null, is certain. */
function isSame(left: Json, right: Json): boolean {
  if (isObject(left) && isObject(right)) throw fallBackToJsonata;
  return noArray(left) === noArray(right);
}

/** What jsonata takes a value for where it wants a yes or a no. */
export function truth(value: Json | undefined): boolean {
  if (typeof value === 'object' && value !== null) throw fallBackToJsonata;
  return Boolean(value);
}

function text(value: Json | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value === null || typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  throw fallBackToJsonata;
}

function compared(holds: (left: number | string, right: number | string) => boolean): Operator {
  return (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return holds(left, right);
    if (typeof left === 'string' && typeof right === 'string') return holds(left, right);
    throw fallBackToJsonata;
  };
}

function computed(result: (left: number, right: number) => number): Operator {
  return (left, right) => {
    if (typeof left !== 'number' || typeof right !== 'number') throw fallBackToJsonata;
    const value = result(left, right);
    if (!Number.isSafeInteger(value)) throw fallBackToJsonata;
    return value;
  };
}

/** A value that `===` compares as jsonata does. */
export function simple(value: Json): Json {
  if (typeof value === 'object' && value !== null) throw fallBackToJsonata;
  return value;
}

export function noArray(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) throw fallBackToJsonata;
  return value;
}
