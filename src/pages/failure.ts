import { toUnavailable } from '../clients/client.ts'
import type { PageTexts } from '../texts/pages/en.ts'

/** The result of a mutation that did not succeed, as the documents of the clients select it. */
export interface Problem {
  readonly __typename?: string
  readonly code?: string
  readonly issues?: readonly { readonly path: readonly string[]; readonly code: string }[]
  readonly retryAfterSeconds?: number | null
  readonly unmet?: readonly string[]
}

/** What a form shows after it failed. */
export interface Failure {
  /** The message of the form; it can depend on the seconds that are left to wait. */
  readonly message: (seconds: number) => string
  /** Seconds until another attempt can succeed; 0 if there is nothing to wait for. */
  readonly waitSeconds: number
  /** Whether every attempt before that is refused. */
  readonly blocks: boolean
  /** Messages by the name of the field. */
  readonly fields: Readonly<Record<string, string>>
}

/** The field that each code of a problem concerns. Other problems concern the whole form. */
export type ProblemFields = Readonly<Record<string, string>>

/** Describes a problem in the language of the page. */
export function describeProblem(texts: PageTexts, problem: Problem, problemFields: ProblemFields): Failure {
  const { code = 'other', issues = [], retryAfterSeconds, unmet = [] } = problem
  const { waits, passwords } = texts
  if (code === 'RATE_LIMITED')
    return { message: waits.rateLimited, waitSeconds: retryAfterSeconds ?? 1, blocks: true, fields: {} }
  if (code === 'ACCOUNT_LOCKED' && retryAfterSeconds)
    return { message: waits.locked, waitSeconds: retryAfterSeconds, blocks: false, fields: {} }
  if (issues.length > 0) {
    const fields = issues.map(({ path, code: issue }) => [path[0] ?? '', textOf(texts.issues, issue)])
    return plain(texts.problems.INVALID_INPUT, Object.fromEntries(fields))
  }
  const field = problemFields[code]
  const isWrongPassword = code === 'INVALID_CREDENTIALS' && field !== undefined
  const text = isWrongPassword ? texts.problems.WRONG_PASSWORD : textOf(texts.problems, code)
  if (field === undefined) return plain(text, {})
  const missing = unmet.map((name) => requirementIn(passwords.requirements, name, null)).join('; ')
  return plain(texts.problems.INVALID_INPUT, {
    [field]: missing === '' ? text : `${text} ${passwords.unmet} ${missing}.`,
  })
}

/** Describes an error that was thrown: the operation was not processed. */
export function describeError(texts: PageTexts, error: unknown): Failure {
  const unavailable = toUnavailable(error)
  const { waits, problems } = texts
  if (unavailable === null) return plain(problems.other, {})
  const { reason, retryAfterSeconds } = unavailable
  if (retryAfterSeconds === null) return plain(waits.unavailableNow, {})
  const message = reason === 'RATE_LIMITED' ? waits.rateLimited : waits.unavailable
  return { message, waitSeconds: retryAfterSeconds, blocks: true, fields: {} }
}

export function plain(text: string, fields: Failure['fields']): Failure {
  return { message: () => text, waitSeconds: 0, blocks: false, fields }
}

/** A requirement of the password policy in words. */
export function requirementIn(
  requirements: PageTexts['passwords']['requirements'],
  name: string,
  length: number | null,
): string {
  const words = Object.entries(requirements).find(([key]) => key === name)?.[1]
  if (words === undefined) return name
  return typeof words === 'string' ? words : words(length ?? 0)
}

function textOf(texts: Readonly<Record<string, string>>, code: string): string {
  return texts[code] ?? texts.other ?? ''
}
