/**
 * A query on usages. To add one:
 *
 * - `<name>.query.ts`: an injectable that implements this interface. It builds a `UsageQuery` from its parameters, sends it
 *   to the repository, and converts the result to the class that declares the attributes of the response.
 * - `<name>.controller.ts`: its endpoint.
 * - `queries.module.ts`: both of them.
 */
export interface Query<Parameters, Result> {
  run(parameters: Parameters): Promise<Result>;
}
