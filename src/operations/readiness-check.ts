/** What `GET /health/ready` asks. The store provides it: the service is ready when its store answers. */
export abstract class ReadinessCheck {
  /** Resolves when the service can do its work. @throws UnavailableError when it cannot */
  abstract checkHealth(): Promise<void>;
}
