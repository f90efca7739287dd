import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { JSON_API } from './media-types.js';

/** One error of an `ErrorAnswer`, as the API's description has it. */
class ErrorAnswerObject {
  @ApiProperty({ description: 'The HTTP status' })
  status: string;

  @ApiProperty()
  title: string;

  @ApiProperty({ required: false, description: 'What is wrong, in words' })
  detail?: string;

  @ApiProperty({ required: false, description: 'The id of the request, for those who look for it in the logs' })
  id?: string;

  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The place: a JSON pointer into the body, a query parameter or a header',
  })
  source?: object;
}

class ErrorAnswer {
  @ApiProperty({ type: [ErrorAnswerObject] })
  errors: ErrorAnswerObject[];
}

/** Documents the errors with which a route, or every route of a controller, may answer. */
export function ErrorAnswers(...statuses: readonly number[]): MethodDecorator & ClassDecorator {
  const content = { [JSON_API]: { schema: { $ref: getSchemaPath(ErrorAnswer) } } };
  const answers = statuses.map((status) => ApiResponse({ status, description: STATUS_CODES[status], content }));
  return applyDecorators(ApiExtraModels(ErrorAnswer), ...answers);
}
