import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { readConfiguration } from '../config/read-configuration.js';
import { createFolder } from '../operations/create-folder.js';
import { CalendarDate } from '../time/calendar-date.js';
import type { Clock } from '../time/clock.js';
import { convertCounterList, readBundledRobotList, type StoredRobotList } from '../usage-events/robot-list.js';
import { robotListPath } from '../usage-events/robots.service.js';
import { countOf } from './count-of.js';
import { CommandError } from './service-client.js';

const COUNTER_LIST = 'https://raw.githubusercontent.com/Project-Counter/counter-bots/main/counter_bots.json';

export function addRobotsCommand(program: Command, clock: Clock): void {
  program
    .command('robots')
    .description('the list of robots and crawlers, whose usages are not counted')
    .command('update')
    .description('download the list of COUNTER; a running service uses it within a minute')
    .option('--from <url-or-file>', 'location of the list', COUNTER_LIST)
    .action(async ({ from }: { from: string }) => {
      const path = robotListPath(readConfiguration(process.env));
      const previous = await readCurrentList(path);
      const { machines } = await readBundledRobotList();
      const updated = CalendarDate.at(clock.now()).toString();
      let list: string;
      try {
        list = convertCounterList(await read(from), { source: from, updated, machines });
      } catch (error) {
        throw new CommandError(`cannot read a list of robots from ${from}: ${(error as Error).message}`);
      }
      await save(path, list);
      console.log(`saved the list of ${updated} in ${path}: ${describeChange(previous, list)}`);
    });
}

async function readCurrentList(path: string): Promise<StoredRobotList> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as StoredRobotList;
  } catch {
    return await readBundledRobotList();
  }
}

function describeChange(previous: StoredRobotList, list: string): string {
  const [before, after] = [new Set(previous.robots), new Set((JSON.parse(list) as StoredRobotList).robots)];
  const added = [...after].filter((pattern) => !before.has(pattern)).length;
  const removed = [...before].filter((pattern) => !after.has(pattern)).length;
  return `${countOf(after.size, 'pattern')}, ${added} added, ${removed} removed`;
}

/** Replaces the file as a whole, so that an interruption leaves the old list. */
async function save(path: string, list: string): Promise<void> {
  try {
    await createFolder(dirname(path));
    await writeFile(`${path}.new`, list);
    await rename(`${path}.new`, path);
  } catch (error) {
    throw new CommandError(`cannot write ${path}: ${(error as Error).message}`);
  }
}

async function read(from: string): Promise<string> {
  if (!/^https?:\/\//.test(from)) return await readFile(from, 'utf8');
  const response = await fetch(from);
  if (!response.ok) throw new CommandError(`the server returned status ${response.status}`);
  return await response.text();
}
