import { readConfiguration } from '../config/read-configuration.js';
import { readServiceFile } from './service-file.js';

// The health check of the container: exits with 0 when the service that runs on DATA_DIR is ready.
const service = await readServiceFile(readConfiguration(process.env));
const response = service && (await fetch(`${service.url}/health/ready`).catch(() => undefined));
process.exit(response?.ok ? 0 : 1);
