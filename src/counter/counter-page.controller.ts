import { Controller, Get, Header, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Configuration } from '../config/configuration.js';
import { linkTo } from '../http/json-api/links.js';
import { API_PREFIX } from '../http/json-api/protocol.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { Clock } from '../time/clock.js';
import { AvailableMonths } from './available-months.service.js';
import { type CounterPage, optionOf, renderCounterPage } from './counter-page.js';
import { PAGE_STYLES } from './counter-page-styles.js';
import { CounterParameters } from './counter-parameters.js';
import { CounterParametersPipe } from './counter-parameters.pipe.js';
import { CounterError } from './exceptions.js';
import { readDates, selectMonths } from './report-dates.js';
import { type ReportDefinition, REPORTS } from './report-definitions.js';

const PAGE_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
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
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', PAGE_POLICY)
  @Header('Cache-Control', 'no-cache')
  @RequestTimeout()
  @ApiOperation({ operationId: 'getCounterPage', summary: 'Shows a page with the reports and their files' })
  @ApiOkResponse({ description: 'The page', content: { 'text/html': { schema: { type: 'string' } } } })
  @ApiResponse({
    status: 400,
    description: 'The page, with what is wrong',
    content: { 'text/html': { schema: { type: 'string' } } },
  })
  async show(
    @Query(CounterParametersPipe) parameters: CounterParameters,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const page = await this.createPage(parameters);
    if (page.problem !== undefined) void reply.status(400);
    return renderCounterPage(page).text;
  }

  @Get('page.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=3600')
  @ApiOperation({ operationId: 'getCounterPageStyles', summary: 'Returns the styles of the page' })
  @ApiOkResponse({ description: 'CSS', content: { 'text/css': { schema: { type: 'string' } } } })
  styles(): string {
    return PAGE_STYLES;
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
