/** The check behind `GET /health/ready`, which the store implements. */
export abstract class ReadinessCheck {
  /** @throws UnavailableError when the service is not ready */
  abstract checkHealth(): Promise<void>;
}
