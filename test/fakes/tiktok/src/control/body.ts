/** A control request that does not fit: 400 with every fault, nothing done. */
export class ControlRefusal extends Error {
  readonly status: number;
  readonly faults: readonly string[];
  constructor(status: number, faults: readonly string[]) {
    super(faults.join('; '));
    this.status = status;
    this.faults = faults;
  }
}

/** How one field is read; without `otherwise` it must be there. */
export interface Field<T> {
  readonly accepts: (value: unknown) => boolean;
  readonly wanted: string;
  readonly otherwise?: T;
}

type Shape = Readonly<Record<string, Field<unknown>>>;
type Values<S extends Shape> = { readonly [Name in keyof S]: S[Name] extends Field<infer T> ? T : never };

const field =
  <T>(wanted: string, accepts: (value: unknown) => boolean) =>
  (...otherwise: [] | [T]): Field<T> =>
    otherwise.length === 0 ? { wanted, accepts } : { wanted, accepts, otherwise: otherwise[0] };

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text = field<string>('text', isText);
export const whole = field<number>(
  'a whole number from 0',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
);
export const flag = field<boolean>('true or false', (value) => typeof value === 'boolean');
export const texts = field<readonly string[]>(
  'a list of texts',
  (value) => Array.isArray(value) && value.every(isText),
);
export const textMap = field<Readonly<Record<string, string>>>(
  'an object of texts',
  (value) => isObject(value) && Object.values(value).every(isText),
);
export const object = field<Readonly<Record<string, unknown>>>('an object', isObject);

export const oneOf = <const T extends string>(allowed: readonly T[], ...otherwise: [] | [NoInfer<T>]): Field<T> =>
  field<T>(`one of ${allowed.join(', ')}`, (value) => (allowed as readonly unknown[]).includes(value))(...otherwise);

/** The field may be missing; then it is undefined. */
export const optional = <T>(inner: Field<T>): Field<T | undefined> => ({ ...inner, otherwise: undefined });

const valueOf = (field: Field<unknown>, given: unknown): unknown => (given === undefined ? field.otherwise : given);

/** Reads a JSON body that holds the fields of the shape and no other; throws all its faults at once. */
export const readBody = <S extends Shape>(body: unknown, shape: S): Values<S> => {
  const given = isObject(body ?? {}) ? ((body ?? {}) as Record<string, unknown>) : undefined;
  if (given === undefined) throw new ControlRefusal(400, ['the body must be a JSON object']);
  const faults = Object.keys(given)
    .filter((name) => !Object.hasOwn(shape, name))
    .map((name) => `there is no field ${name}`);
  for (const [name, field] of Object.entries(shape)) {
    const absent = given[name] === undefined;
    if (absent ? !('otherwise' in field) : !field.accepts(given[name])) faults.push(`${name} must be ${field.wanted}`);
  }
  if (faults.length > 0) throw new ControlRefusal(400, faults);
  return Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [name, valueOf(field, given[name])]),
  ) as Values<S>;
};
