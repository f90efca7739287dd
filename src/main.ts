import 'reflect-metadata';
import { readConfiguration } from './config/read-configuration.js';
import { createHttpApp } from './http/create-http-app.js';

const configuration = readConfiguration(process.env);
const app = await createHttpApp(configuration);
await app.listen({ host: configuration.host, port: configuration.port });
