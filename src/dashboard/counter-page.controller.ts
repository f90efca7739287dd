import { Controller, Get, Header, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Configuration } from '../config/configuration.js';
import { AvailableMonths } from '../counter/available-months.service.js';
import { CounterParameters } from '../counter/counter-parameters.js';
import { CounterParametersPipe } from '../counter/counter-parameters.pipe.js';
import { CounterError } from '../counter/exceptions.js';
import { readDates, selectMonths } from '../counter/report-dates.js';
import { type ReportDefinition, REPORTS } from '../counter/report-definitions.js';
import { linkTo } from '../http/json-api/links.js';
import { API_PREFIX } from '../http/json-api/protocol.js';
import type { Html } from '../http/responses/html.js';
import { Clock } from '../time/clock.js';
import { type CounterPage, optionOf, renderCounterPage } from './counter-page.js';
import { Page, PageRequest } from './page-request.js';
import { PageRoute } from './page-route.js';

const VALUES = ['report', 'begin_date', 'end_date', 'data_type', 'access_method', 'item_id', 'requestor_id'];

/** The page on which a person chooses a COUNTER report and downloads it (Code of Practice 5.1, section 3.2). */
@ApiTags('counter')
@Controller('counter')
export class CounterPageController {
  constructor(
    private readonly availableMonths: AvailableMonths,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-cache')
  @PageRoute('getCounterPage', 'Shows a page with the reports and their files', 400)
  async show(
    @Query(CounterParametersPipe) parameters: CounterParameters,
    @Page() request: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Html> {
    const page = await this.createPage(parameters);
    if (page.problem !== undefined) void reply.status(400);
    return renderCounterPage(page, request);
  }

  private async createPage(parameters: CounterParameters): Promise<CounterPage> {
    const processed = await this.availableMonths.findAll();
    const months = [...processed.keys()].sort();
    const lastMonth = months.at(-1);
    const given = VALUES.flatMap((name) => [[name, parameters.find(name)] as const]);
    const values = Object.fromEntries(given.filter((each): each is [string, string] => each[1] !== undefined));
    const report = findOption(values['report']);
    const month = lastMonth ?? '';
    return {
      platform: this.configuration.counterPlatformName,
      baseUrl: linkTo(this.configuration, `/${API_PREFIX}/counter`),
      firstMonth: months[0],
      lastMonth,
      report: report ?? (REPORTS[0] as ReportDefinition),
      values: { begin_date: month, end_date: month, ...values },
      needsRequestorId: this.configuration.counterRequestorIds.length > 0,
      problem: report ? this.findProblem(parameters, processed) : `There is no report ${values['report']}.`,
    };
  }

  private findProblem(parameters: CounterParameters, processed: ReadonlyMap<string, Date>): string | undefined {
    if (parameters.find('begin_date') === undefined && parameters.find('end_date') === undefined) return undefined;
    try {
      selectMonths(readDates(parameters), processed, this.clock.now());
      return undefined;
    } catch (error) {
      if (error instanceof CounterError) return `${error.title}: ${error.data}.`;
      throw error;
    }
  }
}

/** The first report without an option; undefined for an unknown one. */
function findOption(option: string | undefined): ReportDefinition | undefined {
  return option === undefined ? REPORTS[0] : REPORTS.find((report) => optionOf(report) === option);
}
