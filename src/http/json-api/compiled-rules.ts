import { getMetadataStorage, type ValidationArguments, ValidationTypes } from 'class-validator';

type ValidationMetadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** Whether a value of a property may be accepted. */
type Rule = (value: unknown, object: object) => boolean;

interface PropertyRules {
  readonly name: string;
  /** Unless all hold, the value is not checked. */
  readonly conditions: readonly Rule[];
  readonly rules: readonly Rule[];
  readonly isNested: boolean;
}

const rulesOfClass = new Map<unknown, readonly PropertyRules[]>();

/**
 * Whether an object satisfies the rules that class-validator's decorators declare for its class. The rules of a class are
 * looked up once; class-validator looks them up for every object and prepares an error for every property. False means only
 * that class-validator must decide: kinds of rules that this service does not use are not compiled.
 *
 * @param acceptsNull accepts null for every property
 */
export function satisfiesRules(object: object, acceptsNull: boolean): boolean {
  const properties = rulesOf(object.constructor);
  return (
    properties.length > 0 &&
    properties.every(({ name, conditions, rules, isNested }) => {
      const value = (object as Readonly<Record<string, unknown>>)[name];
      if (!conditions.every((condition) => condition(value, object))) return true;
      if (acceptsNull && value === null) return true;
      return rules.every((rule) => rule(value, object)) && (!isNested || satisfiesNested(value, acceptsNull));
    })
  );
}

function satisfiesNested(value: unknown, acceptsNull: boolean): boolean {
  if (Array.isArray(value)) return value.every((each) => satisfiesNested(each, acceptsNull));
  return typeof value === 'object' && value !== null && satisfiesRules(value, acceptsNull);
}

function rulesOf(type: object): readonly PropertyRules[] {
  const known = rulesOfClass.get(type);
  if (known) return known;
  const storage = getMetadataStorage();
  const declared = storage.getTargetValidationMetadatas(type as new () => object, '', false, false);
  const properties = Object.entries(storage.groupByPropertyName(declared)).map(([name, rules]) => ({
    name,
    conditions: rules.filter(isOfType(ValidationTypes.CONDITIONAL_VALIDATION)).map(compileCondition),
    rules: rules
      .filter((rule) => !isOfType(ValidationTypes.CONDITIONAL_VALIDATION)(rule))
      .filter((rule) => !isOfType(ValidationTypes.NESTED_VALIDATION)(rule))
      .flatMap(compileRules),
    isNested: rules.some(isOfType(ValidationTypes.NESTED_VALIDATION)),
  }));
  rulesOfClass.set(type, properties);
  return properties;
}

function isOfType(type: string): (rule: ValidationMetadata) => boolean {
  return (rule) => rule.type === type;
}

function compileCondition({ constraints }: ValidationMetadata): Rule {
  const condition = (constraints as [(object: object, value: unknown) => boolean])[0];
  return (value, object) => condition(object, value);
}

function compileRules(rule: ValidationMetadata): Rule[] {
  if (rule.type !== ValidationTypes.CUSTOM_VALIDATION || rule.validateIf) return [() => false];
  const { propertyName, constraints, each, target } = rule;
  const targetName = typeof target === 'string' ? target : target.name;
  return getMetadataStorage()
    .getTargetValidatorConstraints(rule.constraintCls)
    .map(({ instance }) => (value, object) => {
      const details: ValidationArguments = { targetName, property: propertyName, object, value, constraints };
      const accepts = (checked: unknown): boolean => instance.validate(checked, details) === true;
      return each && Array.isArray(value) ? value.every(accepts) : accepts(value);
    });
}
