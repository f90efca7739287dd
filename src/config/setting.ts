import 'reflect-metadata';
import { Transform } from 'class-transformer';

const SETTINGS = Symbol('settings');

export interface SettingDeclaration {
  readonly property: string;
  /** The name of the environment variable. */
  readonly variable: string;
  readonly description: string;
  /** As it is written in the environment. */
  readonly defaultValue: string;
}

/** Says which environment variable a property is read from. An empty variable counts as one that is not set. */
export function Setting(variable: string, description: string, defaultValue = ''): PropertyDecorator {
  return (target, property) => {
    const declaration = { property: String(property), variable, description, defaultValue };
    Reflect.defineMetadata(SETTINGS, [...settingsOf(target), declaration], target);
  };
}

/** Reads a property of another type than text out of the variable's text. */
export function ReadAs(read: (text: string) => unknown): PropertyDecorator {
  return Transform(({ value }) => read(value as string));
}

/** Separated by commas; white space around the parts does not count. */
export function commaSeparated(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Text that is no JSON stays as it is, and then is not valid. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export function settingsOf(prototype: object): readonly SettingDeclaration[] {
  return (Reflect.getMetadata(SETTINGS, prototype) as SettingDeclaration[] | undefined) ?? [];
}
