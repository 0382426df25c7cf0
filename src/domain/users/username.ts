/** 3 to 32 ASCII letters, digits, `_`, `.` and `-`. `@` is excluded, so that a username is never an e-mail address. */
const pattern = /^[A-Za-z0-9_.-]{3,32}$/

export function isUsername(raw: string): boolean {
  return pattern.test(raw)
}

/** The form in which usernames are compared, without regard to case. */
export function usernameKey(username: string): string {
  return username.toLowerCase()
}
