import { randomBytes } from 'node:crypto';
import { type Command, Option } from 'commander';
import { ApiKey, formatApiKey, hashApiKey, type Scope, SCOPES } from '../config/api-key.js';
import { MisuseError } from './service-client.js';

const KEY_BYTES = 32;

export function addKeysCommand(program: Command): void {
  program
    .command('keys')
    .description('keys for trusted clients, readers of private reports and administrators')
    .command('create')
    .description('make a key, and the entry of METRICS_API_KEYS that makes it valid; the key is shown only now')
    .requiredOption('--name <name>', 'whose key it is')
    .addOption(new Option('--scope <scope...>', 'what it allows').choices(SCOPES).makeOptionMandatory())
    .action(({ name, scope }: { name: string; scope: Scope[] }) => {
      if (!/^[\w.-]+$/.test(name)) throw new MisuseError('a name has letters, digits, dots and dashes');
      const key = randomBytes(KEY_BYTES).toString('base64url');
      const entry = formatApiKey(Object.assign(new ApiKey(), { name, scopes: scope, sha256: hashApiKey(key) }));
      console.log(`key:              ${key}`);
      console.log(`METRICS_API_KEYS: ${entry}`);
    });
}
