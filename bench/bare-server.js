// The lower bound for recording: Fastify parses the JSON of each request and answers 201.
import { fastify } from 'fastify';

const server = fastify();
server.addContentTypeParser('application/vnd.api+json', { parseAs: 'string' }, (_request, body, done) => {
  done(null, JSON.parse(body));
});
server.get('/health/ready', () => 'ready');
server.post('/_/metrics/events/counted_usage/', async (_request, reply) => {
  await reply.status(201).send();
});
console.log(`ready at ${await server.listen({ host: process.env.HOST, port: Number(process.env.PORT) })}/`);
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
