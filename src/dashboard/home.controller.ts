import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NoQuery } from '../http/json-api/query-dto.pipe.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import type { Html } from '../http/responses/html.js';
import { renderHome } from './home-page.js';
import { Page, PageRequest } from './page-request.js';
import { PageRoute } from './page-route.js';

/** The page at the root of the API. */
@ApiTags('dashboard')
@Controller()
export class HomeController {
  @Get()
  @CacheControl('public')
  @NoQuery()
  @PageRoute('showHome', 'Shows a page that links to the dashboard, the COUNTER reports and the documentation', 400)
  show(@Page() page: PageRequest): Html {
    return renderHome(page);
  }
}
