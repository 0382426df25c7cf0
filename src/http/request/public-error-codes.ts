/** All values of `extensions.code` in the top-level errors of a response. */
export const publicErrorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'PERSISTED_QUERY_NOT_FOUND',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
] as const

export type PublicErrorCode = (typeof publicErrorCodes)[number]

const known: ReadonlySet<unknown> = new Set(publicErrorCodes)

export function isPublicErrorCode(code: unknown): code is PublicErrorCode {
  return known.has(code)
}
