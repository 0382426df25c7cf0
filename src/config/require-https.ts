import { isSafe } from './rules/url-rules.ts'

interface Checker<Name extends string> {
  check(names: readonly [Name, ...Name[]], condition: boolean, message: string): void
}

/** Adds a problem if requests to the URL would leave the machine unencrypted in production. */
export function requireHttps<Name extends string>(
  reader: Checker<Name>,
  name: NoInfer<Name>,
  url: URL,
  production: boolean,
): void {
  reader.check(
    [name],
    !production || isSafe(url),
    'must use https in production, unless its host is loopback.',
  )
}
