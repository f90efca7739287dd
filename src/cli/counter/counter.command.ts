import type { Command } from 'commander';
import type { Clock } from '../../time/clock.js';
import { YearMonth } from '../../time/year-month.js';
import { countOf } from '../count-of.js';
import { parseMonth } from '../option-values.js';
import { CommandError } from '../service-client.js';
import { type ServiceOptions, withService } from '../with-service.js';
import { checkReports } from './check-reports.js';

interface CheckOptions extends ServiceOptions {
  readonly month?: YearMonth;
}

export function addCounterCommand(program: Command, clock: Clock): void {
  program
    .command('counter')
    .description('the COUNTER API')
    .command('check')
    .description('request every COUNTER report of a month, and check that their counts agree')
    .option('--month <month>', 'a processed month (YYYY-MM); by default the last one', parseMonth)
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CheckOptions>();
      const month = options.month ?? YearMonth.at(clock.now()).plusMonths(-1);
      const failures = await withService(options, (client) => checkReports(client, month));
      for (const failure of failures) console.log(failure);
      if (failures.length > 0)
        throw new CommandError(`${countOf(failures.length, 'failed rule')} for ${month.toString()}`);
      console.log(`all rules hold for ${month.toString()}`);
    });
}
