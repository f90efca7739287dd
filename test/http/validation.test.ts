import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import fc from 'fast-check';
import { type FieldDeclaration, fieldsOf } from '../../src/fields/field-declaration.js';
import { validate } from '../../src/http/json-api/validate.js';
import { ACTION_LABELS } from '../../src/model/counted-auth-usage.js';
import { Item } from '../../src/model/item.js';
import { RegistriesModeration } from '../../src/model/registries-moderation.js';
import { RunRequest } from '../../src/reporters/run.dto.js';
import { ALL_REPORTS } from '../../src/reports/report-types.js';
import {
  CountedUsageDto,
  PageviewInfoDto,
  TrustedPageviewInfoDto,
  TrustedUsageDto,
} from '../../src/usage-events/counted-usage.dto.js';

type Dto = ClassConstructor<object>;
type Json = Record<string, unknown>;

/** What class-transformer and class-validator make of JSON that has declared properties only. */
function validateAsDeclared(type: Dto, json: Json, acceptsNull: boolean): object {
  const value = plainToInstance(type, withNulls(type, json));
  const options = { forbidUnknownValues: true, stopAtFirstError: true, skipNullProperties: acceptsNull };
  const errors = validateSync(value, options);
  return errors.length === 0 ? { value, ignored: [] } : { problems: errors.flatMap((error) => toProblems(error, '')) };
}

/** Missing fields that are nullable are null. */
function withNulls(type: Dto, json: Json): Json {
  const missing = fieldsOf(type).filter(({ name, nullable }) => nullable && json[name] === undefined);
  const values: Json = { ...json, ...Object.fromEntries(missing.map(({ name }) => [name, null])) };
  for (const { name, objectType } of fieldsOf(type)) {
    if (objectType) values[name] = completeObjects(objectType(), values[name]);
  }
  return values;
}

function completeObjects(type: Dto, value: unknown): unknown {
  // A list within a list counts as an object without properties.
  if (Array.isArray(value)) return value.map((each) => completeObjects(type, Array.isArray(each) ? {} : each));
  return typeof value === 'object' && value !== null ? withNulls(type, value as Json) : value;
}

function toProblems({ property, constraints = {}, children = [] }: ValidationError, parent: string): object[] {
  const pointer = `${parent}/${property}`;
  const own = Object.values(constraints).map((detail) => ({ detail, source: { pointer } }));
  return [...own, ...children.flatMap((child) => toProblems(child, pointer))];
}

const anyScalar = fc.constantFrom<unknown>(
  ...[
    '',
    ' ',
    'text',
    'x'.repeat(255),
    'x'.repeat(256),
    '🦀'.repeat(255),
    'x'.repeat(4095),
    'x'.repeat(4096),
    '__proto__',
  ],
  ...['https://osf.io/abc12', 'HTTP://osf.io', 'https://', 'ftp://osf.io', '/abc12', '192.0.2.1', '::1', '192.0.2.256'],
  ...['2026-11-24T12:00:00Z', '2026-02-30T00:00:00Z', '2026-11-24', '2026-11-31', '2026-11', '2026-13', 'Preprint'],
  ...[0, 1, -1, 1.5, 2 ** 53 - 1, 2 ** 53, true, false, null],
);
const anyJson = fc.oneof(
  { weight: 4, arbitrary: anyScalar },
  fc.array(anyScalar, { maxLength: 3 }),
  fc.constantFrom<unknown>({}, [[]], [{}], [null]),
);

/** JSON that is valid more often than not, so that a test reaches each rule. */
function anyValueOf(field: FieldDeclaration): fc.Arbitrary<unknown> {
  const { array, nullable } = field;
  const single = anySingleValueOf(field);
  const value = array ? fc.array(single, { maxLength: 3 }) : single;
  return fc.oneof(
    { weight: 30, arbitrary: value },
    { weight: nullable ? 10 : 1, arbitrary: fc.constant(null) },
    anyJson,
  );
}

function anySingleValueOf({ kind, enum: values, objectType }: FieldDeclaration): fc.Arbitrary<unknown> {
  if (objectType) return anyJsonOf(objectType());
  if (values) return fc.constantFrom(...values);
  if (kind === 'integer') return fc.nat();
  if (kind === 'boolean') return fc.boolean();
  if (kind === 'instant') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (kind === 'date') return fc.constantFrom('2026-11-24', '2024-02-29');
  if (kind === 'month') return fc.constantFrom('2026-11', '1999-01');
  return fc.oneof(fc.string(), fc.constantFrom('https://osf.io/abc12/', '192.0.2.1', '2026-11-24'));
}

/** Of properties that are not declared as fields. */
const page = { page_url: fc.oneof({ weight: 9, arbitrary: fc.webUrl() }, anyJson) };
const usage = {
  item_guid: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('abc12', '', null) }, anyJson),
  action_labels: fc.oneof({ weight: 9, arbitrary: fc.subarray([...ACTION_LABELS], { minLength: 1 }) }, anyJson),
};
const otherProperties = new Map<Dto, Readonly<Record<string, fc.Arbitrary<unknown>>>>([
  [PageviewInfoDto, page],
  [TrustedPageviewInfoDto, page],
  [CountedUsageDto, usage],
  [TrustedUsageDto, usage],
]);

function anyJsonOf(type: Dto): fc.Arbitrary<Json> {
  const fields = fieldsOf(type).map((field) => [field.name, anyValueOf(field)] as const);
  const properties = { ...Object.fromEntries(fields), ...otherProperties.get(type) };
  const missing = fc.option(fc.constantFrom(...Object.keys(properties)), { freq: 1 });
  return fc.tuple(fc.record(properties), missing).map(([json, name]) => {
    return name === null ? json : { ...json, [name]: undefined };
  });
}

describe('validation', () => {
  it.each<[string, Dto, boolean]>([
    ['usages of browsers', CountedUsageDto, false],
    ['usages of trusted clients', TrustedUsageDto, false],
    ['items', Item, false],
    ['moderation steps', RegistriesModeration, false],
    ['requests of runs', RunRequest, false],
    ...ALL_REPORTS.map((type): [string, Dto, boolean] => [`reports ${type.name}`, type as unknown as Dto, true]),
  ])('returns the values and problems that the decorators of %s declare', (_what, type, acceptsNull) => {
    const counts = { valid: 0, invalid: 0 };
    fc.assert(
      fc.property(anyJsonOf(type), (json) => {
        const found = validate(type, json, '', { acceptsNull });
        expect(found).toEqual(validateAsDeclared(type, json, acceptsNull));
        counts['value' in found ? 'valid' : 'invalid'] += 1;
      }),
      { numRuns: 300 },
    );
    expect(Math.min(counts.valid, counts.invalid)).toBeGreaterThan(0);
  });
});
