import { writeFileSync } from 'node:fs';
import { TestApp } from '../support/test-app.js';
import { Validator } from '@seriousme/openapi-schema-validator';

describe('x', () => {
  it('y', async () => {
    const app = await TestApp.start();
    const document = await app.json<any>('openapi.json');
    writeFileSync('/tmp/openapi.json', JSON.stringify(document, null, 1));
    console.log(await new Validator().validate(document));
    await app.stop();
  });
});
