import { z } from 'zod';

/** A piece of MongoDB's `$jsonSchema`. */
export type Rule = Readonly<Record<string, unknown>>;
export interface OptionalRule {
  readonly optional: Rule;
}

/** One rule for every field of a document type: a field that is added to the type and not here does not compile. */
export type Fields<T> = { readonly [K in keyof T]-?: object extends Pick<T, K> ? OptionalRule : Rule };

export const optional = (rule: Rule): OptionalRule => ({ optional: rule });

const isOptional = (field: Rule | OptionalRule): field is OptionalRule => 'optional' in field;

/** Exactly these fields and no other: what nobody declared cannot be stored. */
export const exactly = <T>(fields: Fields<T>): Rule => {
  const entries = Object.entries<Rule | OptionalRule>(fields);
  const required = entries.filter(([, field]) => !isOptional(field)).map(([name]) => name);
  return {
    bsonType: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(entries.map(([name, field]) => [name, isOptional(field) ? field.optional : field])),
    additionalProperties: false,
  };
};

export const text = (maxLength: number, pattern?: string): Rule => ({
  bsonType: 'string',
  maxLength,
  ...(pattern === undefined ? {} : { pattern }),
});
export const time: Rule = { bsonType: 'date' };
export const truth: Rule = { bsonType: 'bool' };
/** Sealed bytes: text, and so a token in the clear, does not fit here. */
export const sealed: Rule = { bsonType: 'binData' };
export const whole = (minimum = 0): Rule => ({ bsonType: 'number', minimum, multipleOf: 1 });
export const oneOf = (values: readonly string[]): Rule => ({ enum: [...values] });
export const listOf = (items: Rule, maxItems: number): Rule => ({ bsonType: 'array', items, maxItems });

const BSON_TYPE: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  object: 'object',
  array: 'array',
  boolean: 'bool',
};
const KEPT = ['required', 'enum', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems'];

const translate = (schema: Readonly<Record<string, unknown>>): Rule => {
  const rule: Record<string, unknown> = {};
  for (const name of KEPT) if (name in schema) rule[name] = schema[name];
  if (Array.isArray(rule['required']) && rule['required'].length === 0) delete rule['required'];
  if (typeof schema['type'] === 'string') rule['bsonType'] = BSON_TYPE[schema['type']];
  if (schema['type'] === 'integer') rule['multipleOf'] = 1;
  if ('const' in schema) rule['enum'] = [schema['const']];
  if ('items' in schema) rule['items'] = translate(schema['items'] as Rule);
  if ('properties' in schema) rule['properties'] = translateAll(schema['properties'] as Record<string, Rule>);
  if (schema['additionalProperties'] === false) rule['additionalProperties'] = false;
  for (const branch of ['anyOf', 'oneOf', 'allOf']) {
    if (branch in schema) rule[branch] = (schema[branch] as Rule[]).map(translate);
  }
  return rule;
};

const translateAll = (properties: Readonly<Record<string, Rule>>): Rule =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, translate(schema)]));

/** The rule of a contract's schema, so that what may be sent and what may be stored cannot drift apart. */
export const ruleOf = (schema: z.ZodType): Rule => translate(z.toJSONSchema(schema, { unrepresentable: 'any' }));
