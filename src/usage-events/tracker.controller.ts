import { readFileSync } from 'node:fs';
import { Controller, Get, Header, Headers, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { shortHash } from '../model/short-hash.js';

/** The script without its comments and indentation. */
const SCRIPT = readFileSync(new URL('tracker/tracker.js', import.meta.url), 'utf8').replace(/^ +(?:\/\/.*\n)?/gm, '');
const ETAG = `"${shortHash(SCRIPT)}"`;

@ApiTags('usage')
@Controller('tracker.js')
export class TrackerController {
  @Get()
  @Header('Cache-Control', 'public, max-age=3600')
  @Header('Cross-Origin-Resource-Policy', 'cross-origin')
  @Header('ETag', ETAG)
  @ApiOperation({ operationId: 'getTrackerScript', summary: 'Returns the script that records the views of a page' })
  @ApiOkResponse({ description: 'JavaScript', content: { 'text/javascript': { schema: { type: 'string' } } } })
  @ApiResponse({ status: 304, description: 'The script has the `ETag` of the request' })
  async script(@Headers('if-none-match') ifNoneMatch: string | undefined, @Res() reply: FastifyReply): Promise<void> {
    reply.type('text/javascript; charset=utf-8');
    // Includes, because a proxy that compresses the script makes the ETag weak.
    if (ifNoneMatch?.includes(ETAG)) await reply.status(304).send();
    else await reply.send(SCRIPT);
  }
}
