#!/usr/bin/env node
import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { ConfigurationError } from '../config/read-configuration.js';
import { VERSION } from '../config/version.js';
import { createPrivateFiles } from '../operations/private-files.js';
import { Clock } from '../time/clock.js';
import { addBackupCommands } from './backup.command.js';
import { addCounterCommand } from './counter/counter.command.js';
import { addDemoCommand } from './demo/demo.command.js';
import { addEventCommands } from './event-commands.js';
import { addImportCommand } from './import.command.js';
import { addItemsCommand } from './items.command.js';
import { addKeysCommand } from './keys.command.js';
import { parseUrl } from './option-values.js';
import { addReportersCommand } from './reporters.command.js';
import { addReportsCommand } from './reports.command.js';
import { addRobotsCommand } from './robots.command.js';
import { CommandError, MisuseError } from './service-client.js';
import { addStorageCommand } from './storage.command.js';
import { INTERRUPTED } from './with-service.js';

const FAILED = 1;
const MISUSED = 2;
const EXIT_CODES = `
Exit codes:
  0    the command succeeded
  ${FAILED}    it failed, or a part of it: the messages say why
  ${MISUSED}    a command, option or argument is unknown or invalid
  ${INTERRUPTED}  it was interrupted`;

async function main(): Promise<number> {
  createPrivateFiles();
  process.stdout.on('error', exitOnClosedPipe);
  if (existsSync('.env')) process.loadEnvFile('.env');
  try {
    await createProgram().parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED;
    if (error instanceof CommandError) console.error(error.message);
    else if (error instanceof ConfigurationError) for (const problem of error.problems) console.error(problem);
    else console.error(error);
    return error instanceof MisuseError ? MISUSED : FAILED;
  }
}

/** A reader that closes the pipe early, such as `head`, is not an error. */
function exitOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

function createProgram(): Command {
  const clock = new Clock();
  const program = new Command('osf-metrics')
    .description('Administers the service that runs on DATA_DIR, or the one at --url')
    .version(VERSION)
    .addOption(new Option('--url <url>', 'URL of the service').argParser(parseUrl).env('OSF_METRICS_URL'))
    .addOption(new Option('--key <key>', 'API key of that service').env('OSF_METRICS_KEY'))
    .addHelpText('after', EXIT_CODES);
  program
    .command('start')
    .description('start the service; it runs until it receives SIGTERM or SIGINT')
    .action(async () => void (await import('../main.js')));
  addItemsCommand(program);
  addEventCommands(program);
  addDemoCommand(program, addReportsCommand(program), clock);
  addReportersCommand(program, clock);
  addCounterCommand(program, clock);
  addImportCommand(program);
  addKeysCommand(program);
  addRobotsCommand(program, clock);
  addStorageCommand(program);
  addBackupCommands(program, clock);
  configureErrors(program);
  return program;
}

/** Lets errors of all commands be thrown, with a hint at the help. Commander does not pass these settings on. */
function configureErrors(command: Command, parents = ''): void {
  const name = `${parents}${command.name()}`;
  command.exitOverride().showHelpAfterError(`See ${name} --help`);
  for (const each of command.commands) configureErrors(each, `${name} `);
}

process.exitCode = await main();
