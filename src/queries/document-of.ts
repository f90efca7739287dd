import type { Type } from '@nestjs/common';
import { type ApiResponseNoStatusOptions, getSchemaPath } from '@nestjs/swagger';

/** For `@ApiOkResponse`: a JSON:API document of one resource, whose attributes are those of the class. */
export function documentOf(type: string, attributes: Type): ApiResponseNoStatusOptions {
  return {
    description: `A JSON:API document of type \`${type}\``,
    schema: {
      type: 'object',
      required: ['data'],
      properties: {
        data: {
          type: 'object',
          required: ['id', 'type', 'attributes'],
          properties: {
            id: { type: 'string' },
            type: { type: 'string', enum: [type] },
            attributes: { $ref: getSchemaPath(attributes) },
          },
        },
      },
    },
  };
}
