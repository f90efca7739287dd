#!/usr/bin/env node
import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { ConfigurationError } from '../config/read-configuration.js';
import { Clock } from '../time/clock.js';
import { addEventCommands } from './event-commands.js';
import { addImportCommand } from './import.command.js';
import { addItemsCommand } from './items.command.js';
import { addKeysCommand } from './keys.command.js';
import { readUrl } from './option-values.js';
import { addReportersCommand } from './reporters.command.js';
import { addReportsCommand } from './reports.command.js';
import { addRobotsCommand } from './robots.command.js';
import { CommandError, MisuseError } from './service-client.js';
import { addStorageCommand } from './storage.command.js';

/** What a script learns of how a command ended; 130 when it was interrupted. */
const FAILED = 1;
const MISUSED = 2;

async function main(): Promise<number> {
  process.stdout.on('error', endWithReader);
  if (existsSync('.env')) process.loadEnvFile('.env');
  try {
    await newProgram().parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED;
    if (error instanceof CommandError) console.error(error.message);
    else if (error instanceof ConfigurationError) for (const problem of error.problems) console.error(problem);
    else console.error(error);
    return error instanceof MisuseError ? MISUSED : FAILED;
  }
}

/** `… | head` has read what it wanted, and is no failure. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

function newProgram(): Command {
  const clock = new Clock();
  const program = new Command('osf-metrics')
    .description('Administers a service: the one that runs on DATA_DIR, or the one at --url')
    .addOption(new Option('--url <url>', 'the service').argParser(readUrl).env('OSF_METRICS_URL'))
    .addOption(new Option('--key <key>', 'a key of that service').env('OSF_METRICS_KEY'))
    .exitOverride();
  addItemsCommand(program);
  addEventCommands(program);
  addReportsCommand(program);
  addReportersCommand(program, clock);
  addImportCommand(program);
  addKeysCommand(program);
  addRobotsCommand(program, clock);
  addStorageCommand(program);
  exitLikeProgram(program);
  return program;
}

/** Commander asks each command by itself. */
function exitLikeProgram(command: Command): void {
  for (const each of command.commands) {
    each.exitOverride();
    exitLikeProgram(each);
  }
}

process.exitCode = await main();
