import type { GraphqlAnswer } from './actor.ts'

/** 'ok', or the reason of the first error: `TOKEN_REVOKED`, `UNAVAILABLE` … */
export function reasonOf({ errors }: Pick<GraphqlAnswer, 'errors'>): unknown {
  const [first] = errors
  return first === undefined ? 'ok' : (first.extensions.reason ?? first.extensions.code)
}

/** The value of the only root field, or the extensions of the first error. */
// biome-ignore lint/suspicious/noExplicitAny: tests inspect data of any shape
export function resultOf({ data, errors }: Pick<GraphqlAnswer, 'data' | 'errors'>): any {
  const [first] = errors
  return first === undefined ? Object.values(data)[0] : first.extensions
}

/** The code of the first error, or the type of the only root field; `answered` for a field that is no union. */
export function outcomeOf({ data, errors }: Pick<GraphqlAnswer, 'data' | 'errors'>): string {
  const [first] = errors
  if (first !== undefined) return String(first.extensions.code)
  const [value] = Object.values<{ __typename?: string } | null>(data)
  return value?.__typename ?? 'answered'
}
