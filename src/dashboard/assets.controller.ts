import { Controller, Get, Header, Param, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { notFound } from '../http/json-api/api-error.js';
import { ApiErrorResponses } from '../http/open-api/api-responses.js';
import type { CompressedRoute } from '../http/server/open-data-routes.js';
import { type Asset, ASSETS } from './assets.js';

const CONFIG: CompressedRoute = { isCompressed: true };
const text = { schema: { type: 'string' } } as const;

/** The style sheets and scripts of the pages. */
@ApiTags('dashboard')
@Controller('dashboard/assets')
export class AssetsController {
  @Get(':version/:name')
  @RouteConfig(CONFIG)
  @Header('Cache-Control', 'public, max-age=31536000, immutable')
  @ApiOperation({ operationId: 'getDashboardAsset', summary: 'Returns a file that the pages load' })
  @ApiParam({ name: 'version', example: ASSETS['dashboard.css'].version, description: 'Identifies the content' })
  @ApiParam({ name: 'name', schema: { type: 'string', enum: Object.keys(ASSETS), example: 'dashboard.css' } })
  @ApiOkResponse({
    description: 'The file',
    content: { 'text/css': text, 'text/javascript': text, 'image/svg+xml': text },
  })
  @ApiErrorResponses(404)
  show(
    @Param('version') version: string,
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string {
    const asset = new Map<string, Asset>(Object.entries(ASSETS)).get(name);
    // A page of another version of the service must not get, and keep, a file of this one.
    if (asset?.version !== version) throw notFound('Not Found', `there is no file ${name} of version ${version}`);
    void reply.type(asset.mediaType);
    return asset.text;
  }
}
