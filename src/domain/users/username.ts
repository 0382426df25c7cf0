/** 3 to 32 of ASCII letters, digits, `_`, `.` and `-`. No `@`, so that a username is never an e-mail address. */
const pattern = /^[A-Za-z0-9_.-]{3,32}$/

export function isUsername(written: string): boolean {
  return pattern.test(written)
}

/** The form in which usernames are compared: they differ by more than case. */
export function usernameKey(username: string): string {
  return username.toLowerCase()
}
