// The baseline for recording: the same HTTP server parses and validates each usage but does not store it.
import 'reflect-metadata';
import { readConfiguration } from '../dist/config/read-configuration.js';
import { createHttpApp } from '../dist/bootstrap.js';
import { UsageIngestion } from '../dist/usage-events/usage-ingestion.service.js';

const configuration = readConfiguration(process.env);
const app = await createHttpApp(configuration);
app.get(UsageIngestion, { strict: false }).ingest = () => Promise.resolve({ status: 'recorded' });
await app.listen({ host: configuration.host, port: configuration.port });
console.log(`ready at ${await app.getUrl()}/`);
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
