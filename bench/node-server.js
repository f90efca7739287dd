// Below Fastify: node:http parses the JSON of each request and answers 201.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'POST') JSON.parse(Buffer.concat(chunks).toString());
    response.writeHead(request.method === 'POST' ? 201 : 200, { 'Content-Length': 0 }).end();
  });
});
server.listen(Number(process.env.PORT), process.env.HOST, () => {
  console.log(`ready at http://${process.env.HOST}:${server.address().port}/`);
});
process.once('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
