import { graphqlPath } from './graphql-path.ts'

/** Other paths are text of the client. */
const routes = [
  [graphqlPath, 'graphql'],
  ['/health/', 'health'],
  ['/oauth2/', 'oauth'],
  ['/.well-known/', 'keys'],
  ['/metrics', 'metrics'],
] as const

/** The route of a path, for metrics and traces. */
export function routeOf(path: string): string {
  return routes.find(([beginning]) => path.startsWith(beginning))?.[1] ?? 'other'
}
