import 'reflect-metadata';
import { Transform } from 'class-transformer';

const SETTINGS = Symbol('settings');

export interface SettingDeclaration {
  readonly property: string;
  /** The name of the environment variable. */
  readonly variable: string;
  readonly description: string;
  /** The default, as it would be written in the environment. */
  readonly defaultValue: string;
  /** Messages must not contain the value. */
  readonly isSecret: boolean;
}

/** Reads the property from an environment variable. An empty variable counts as unset. */
export function Setting(variable: string, description: string, defaultValue = ''): PropertyDecorator {
  return declareSetting({ variable, description, defaultValue, isSecret: false });
}

/** A setting whose value is a secret, or may contain one. By default it is empty. */
export function SecretSetting(variable: string, description: string): PropertyDecorator {
  return declareSetting({ variable, description, defaultValue: '', isSecret: true });
}

function declareSetting(declaration: Omit<SettingDeclaration, 'property'>): PropertyDecorator {
  return (target, property) => {
    const setting = { property: String(property), ...declaration };
    Reflect.defineMetadata(SETTINGS, [...listSettings(target), setting], target);
  };
}

/** Converts the text of the variable. If it cannot be converted, `parse` returns a value that fails validation. */
export function ParseWith(parse: (text: string) => unknown): PropertyDecorator {
  return Transform(({ value }) => parse(value as string));
}

/** Splits a list at its commas and drops empty entries. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** The text, or null for an empty one. */
export function emptyToNull(text: string): string | null {
  return text || null;
}

/** Parses JSON; returns the text itself if it is not valid JSON. */
export function parseJsonSetting(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The settings declared in a class, in order of declaration. */
export function listSettings(prototype: object): readonly SettingDeclaration[] {
  return (Reflect.getMetadata(SETTINGS, prototype) as SettingDeclaration[] | undefined) ?? [];
}
