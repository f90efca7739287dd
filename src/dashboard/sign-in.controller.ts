import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiFoundResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import { ApiError } from '../http/json-api/api-error.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import type { Html } from '../http/responses/html.js';
import { Page, type PageRequest } from './page-request.js';
import { PageRoute, redirectTo } from './page-route.js';
import { SignInDto } from './sign-in.dto.js';

const STATE_PAGE = 'dashboard/state/';
const OVERVIEW_PAGE = 'dashboard/';
const CHALLENGE = 'Basic realm="osf-metrics", charset="UTF-8"';

/**
 * Makes a browser ask for an API key, as the password of HTTP Basic. Browsers send it to every path below that of the
 * challenge: this one has no slash at its end, so that pages and their files get the key too.
 */
@ApiTags('dashboard')
@Controller('sign-in')
export class SignInController {
  constructor(private readonly apiKeys: ApiKeys) {}

  @Get()
  @ApiBearerAuth()
  @CacheControl('private')
  @PageRoute('signIn', 'Makes a browser ask for an API key, and opens a page', 400, 401)
  @ApiFoundResponse({ description: 'The page to open' })
  signIn(
    @QueryDto(SignInDto) { page: path }: SignInDto,
    @Page() page: PageRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Html {
    if (!this.apiKeys.find(request)) {
      const detail = 'an API key is required: enter it as the password, with any user name';
      throw new ApiError(401, 'Unauthorized', { detail }, { 'WWW-Authenticate': CHALLENGE });
    }
    return redirectTo(page.link(path ?? (page.isAdmin ? STATE_PAGE : OVERVIEW_PAGE)), reply);
  }
}
