import { randomBytes } from 'node:crypto';
import { type Command, Option } from 'commander';
import { ApiKey, formatApiKey, hashApiKey, type Scope, SCOPES } from '../config/api-key.js';
import { MisuseError } from './service-client.js';

const KEY_BYTES = 32;

export function addKeysCommand(program: Command): void {
  program
    .command('keys')
    .description('API keys for trusted clients, readers of private reports and administrators')
    .command('create')
    .description(
      'create a key, and print METRICS_API_KEYS with the keys that are set and this one; the key is shown only once',
    )
    .requiredOption('--name <name>', 'the owner of the key')
    .addOption(new Option('--scope <scope...>', 'what the key allows').choices(SCOPES).makeOptionMandatory())
    .action(({ name, scope }: { name: string; scope: Scope[] }) => {
      if (!/^[\w.-]+$/.test(name))
        throw new MisuseError('--name may contain only letters, digits, dots, dashes and underscores');
      const key = randomBytes(KEY_BYTES).toString('base64url');
      const entry = formatApiKey(Object.assign(new ApiKey(), { name, scopes: scope, sha256: hashApiKey(key) }));
      console.log(`key: ${key}`);
      const present = process.env['METRICS_API_KEYS'];
      console.log(`METRICS_API_KEYS=${present ? `${present},` : ''}${entry}`);
    });
}
