/** What the client has to know of an operation before it is sent. */
export interface Call {
  /** Names of the root fields of a mutation, without aliases; empty for queries and subscriptions. */
  readonly mutations: readonly string[]
}

const lexeme = /"""[\s\S]*?"""|"(?:\\.|[^"\\])*"|#[^\n]*|\.\.\.|[@$]?\w+|[{}():]/g

/**
 * Reads the text of a document. Root fields behind a fragment are not found: a gateway or a client library that hides
 * `login` in one would have it sent with the old token, which the service accepts.
 */
export function readCall(text: string): Call {
  const mutations: string[] = []
  const words = text.match(lexeme)?.filter((word) => !/^["#]/.test(word)) ?? []
  let braces = 0
  let brackets = 0
  let inMutation = false
  words.forEach((word, index) => {
    if (word === '(') brackets += 1
    else if (word === ')') brackets -= 1
    if (brackets > 0) return
    if (word === '{') braces += 1
    else if (word === '}') braces -= 1
    else if (braces === 0 && isDefinition(word)) inMutation = word === 'mutation'
    else if (braces === 1 && inMutation && /^\w/.test(word) && words[index + 1] !== ':') mutations.push(word)
  })
  return { mutations }
}

function isDefinition(word: string): boolean {
  return /^(query|mutation|subscription|fragment)$/.test(word)
}

/** `login`, `register` and `refresh` go without Authorization: a gateway that checks tokens would answer 400. */
export function isAnonymous({ mutations }: Call): boolean {
  return mutations.includes('refresh') || isSignIn({ mutations })
}

/** Whether the answer may begin a session. */
export function isSignIn({ mutations }: Call): boolean {
  return mutations.some((name) => name === 'login' || name === 'register')
}

/** Whether the call ends the session. */
export function isSignOut({ mutations }: Call): boolean {
  return mutations.includes('logout')
}
