import type { Refusal } from './answer.ts'

/** What the client needs to know about an operation before it is sent. */
export interface Call {
  /** Names of the root fields of a mutation, without aliases; empty for queries and subscriptions. */
  readonly mutations: readonly string[]
  /** The session in which the call was started; null if there was none or it was unknown. */
  readonly session: string | null
}

/**
 * Reads the text of a document. Root fields inside a fragment are not found: a `login` there would be sent with the old
 * access token, which the service accepts, and a `changePassword` without the lock.
 */
export function readCall(text: string, session: string | null): Call {
  const code = text.replace(/"""[\s\S]*?"""|"(\\.|[^"\\])*"|#.*/g, '')
  const withoutArguments = replaceNested(code, /\([^()]*\)/g, '')
  const roots = replaceNested(withoutArguments, /(\{[^{}]*)\{[^{}]*\}/g, '$1').replace(/\w+\s*:|@\w+/g, '')
  const bodies = [...roots.matchAll(/\bmutation\b[^{}]*\{([^}]*)\}/g)].map(([, body]) => body)
  return { mutations: bodies.join(' ').match(/\w+/g) ?? [], session }
}

/** Replaces from the innermost match outwards, until nothing matches. */
function replaceNested(text: string, pattern: RegExp, replacement: string): string {
  const replaced = text.replace(pattern, replacement)
  return replaced === text ? text : replaceNested(replaced, pattern, replacement)
}

/** Sign-ins and `refresh` are sent without Authorization: a gateway that checks tokens would return 400. */
export function isAnonymous(call: Call): boolean {
  return call.mutations.includes('refresh') || isSignIn(call)
}

/** Whether the call can start a session. */
export function isSignIn({ mutations }: Call): boolean {
  return mutations.some((name) => /^(login(WithPasskey)?|register|completeMfaChallenge)$/.test(name))
}

/** Whether the call ends the session. */
export function isSignOut({ mutations }: Call): boolean {
  return mutations.includes('logout')
}

/**
 * Whether the call replaces the tokens of all tabs, as a refresh does: the service refuses the previous ones before the page
 * knows the new ones.
 */
export function replacesTokens(call: Call): boolean {
  const renews = call.mutations.some((name) => /^(changePassword|reauthenticate(With)?)$/.test(name))
  return renews || isSignIn(call) || isSignOut(call)
}

/** Whether the refusal concerns the session. Sign-ins and `refresh` carry no access token. */
export function isAboutSession(refusal: Refusal, call: Call): boolean {
  return refusal === 'CSRF' || !isAnonymous(call)
}
