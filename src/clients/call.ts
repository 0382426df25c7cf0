import type { Refusal } from './answer.ts'

/** What the client has to know of an operation before it is sent. */
export interface Call {
  /** Names of the root fields of a mutation, without aliases; empty for queries and subscriptions. */
  readonly mutations: readonly string[]
  /** The session that it was begun in; null when there was none, or nobody knew. */
  readonly session: string | null
}

/**
 * Reads the text of a document. Root fields behind a fragment are not found: `login` in one would be sent with the old
 * token, which the service accepts.
 */
export function readCall(text: string, session: string | null): Call {
  const code = text.replace(/"""[\s\S]*?"""|"(\\.|[^"\\])*"|#.*/g, '')
  const withoutArguments = fold(code, /\([^()]*\)/g, '')
  const roots = fold(withoutArguments, /(\{[^{}]*)\{[^{}]*\}/g, '$1').replace(/\w+\s*:|@\w+/g, '')
  const bodies = [...roots.matchAll(/\bmutation\b[^{}]*\{([^}]*)\}/g)].map(([, body]) => body)
  return { mutations: bodies.join(' ').match(/\w+/g) ?? [], session }
}

/** Replaces until there is nothing left to replace: from the inside out. */
function fold(text: string, pattern: RegExp, replacement: string): string {
  const folded = text.replace(pattern, replacement)
  return folded === text ? text : fold(folded, pattern, replacement)
}

/** `login`, `register` and `refresh` go without Authorization: a gateway that checks tokens would answer 400. */
export function isAnonymous(call: Call): boolean {
  return call.mutations.includes('refresh') || isSignIn(call)
}

/** Whether the answer may begin a session. */
export function isSignIn({ mutations }: Call): boolean {
  return mutations.some((name) => name === 'login' || name === 'register')
}

/** Whether the call ends the session. */
export function isSignOut({ mutations }: Call): boolean {
  return mutations.includes('logout')
}

/** Signing in and out changes the cookies of all tabs, as a refresh does. */
export function changesCookies(call: Call): boolean {
  return isSignIn(call) || isSignOut(call)
}

/** Whether a refusal is about the session; `login`, `register` and `refresh` carry no token. */
export function isRecoverable(refusal: Refusal, call: Call): boolean {
  return refusal === 'CSRF' || !isAnonymous(call)
}
