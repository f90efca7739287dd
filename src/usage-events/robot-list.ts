import { readFile } from 'node:fs/promises';

/** The list that comes with the service, as it is stored. */
export async function shippedRobotList(): Promise<StoredRobotList> {
  const file = new URL('robots/counter-robots.json', import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as StoredRobotList;
}

/** Patterns of user agents. */
export interface StoredRobotList {
  readonly robots: readonly string[];
  readonly machines: readonly string[];
}

/** Who is a robot, by the user agent. */
export interface RobotList {
  readonly robots: RegExp;
  /** HTTP libraries and the like: robots, unless somebody gave them a token. */
  readonly machines: RegExp;
}

/** Where a list comes from, and what it does not say. */
export interface CounterListOrigin {
  readonly source: string;
  /** The day: YYYY-MM-DD. */
  readonly updated: string;
  readonly machines: readonly string[];
}

const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
];

/**
 * Reads a list of robots as it is stored: `{ robots: [pattern…], machines: [pattern…] }`.
 * @throws TypeError when it is none, or would take an ordinary browser for a robot
 */
export function readRobotList(text: string): RobotList {
  return toRobotList(JSON.parse(text) as Partial<StoredRobotList>);
}

/** As `readRobotList`, of a list that is parsed. */
export function toRobotList(list: { readonly robots?: unknown; readonly machines?: unknown }): RobotList {
  const [robots, machines] = [compile('robots', list.robots), compile('machines', list.machines)];
  const browser = BROWSERS.find((each) => robots.test(each) || machines.test(each));
  if (browser) throw new TypeError(`the list takes an ordinary browser for a robot: ${browser}`);
  return { robots, machines };
}

/**
 * COUNTER's own list (`[{ "pattern": … }, …]`) as it is stored here. It does not tell programs from other robots, so the
 * programs stay those of the list before.
 *
 * @throws TypeError when it is no such list
 */
export function fromCounterList(text: string, { source, updated, machines }: CounterListOrigin): string {
  const entries = JSON.parse(text) as { pattern?: unknown }[];
  if (!Array.isArray(entries)) throw new TypeError('COUNTER’s list must be a JSON array');
  const robots = entries.map(({ pattern }) => pattern);
  const stored = JSON.stringify({ source, updated, robots, machines }, null, 2);
  readRobotList(stored);
  return `${stored}\n`;
}

function compile(name: string, patterns: unknown): RegExp {
  if (!Array.isArray(patterns) || patterns.length === 0) throw new TypeError(`${name} must be a list of patterns`);
  const sources = patterns.map((pattern: unknown) => {
    if (typeof pattern !== 'string' || pattern === '') throw new TypeError(`${name} must hold texts`);
    return `(?:${pattern})`;
  });
  return new RegExp(sources.join('|'), 'i');
}
