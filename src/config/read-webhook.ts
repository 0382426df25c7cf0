import { Secret } from '../lib/crypto/secret.ts'
import { requireHttps } from './require-https.ts'
import { flag } from './rules/choice-rules.ts'
import type { Rule } from './rules/rule.ts'
import { randomText } from './rules/secret-rules.ts'
import { isLoopback, urlOf } from './rules/url-rules.ts'

/** A URL to which Gatehouse posts signed messages. */
export interface WebhookConfig {
  readonly url: Secret
  /** Signs the messages. */
  readonly secret: Secret
  /** Whether the URL may lead to an address that is not public. */
  readonly privateAllowed: boolean
}

interface WebhookReader<Name extends string, Defaulted extends string> {
  read<T>(name: Name, rule: Rule<T>, fallback: T): T
  readOrDefault<T>(name: Defaulted, rule: Rule<T>): T
  check(names: readonly [Name, ...Name[]], condition: boolean, message: string): void
}

/** The names of the three variables of a webhook. */
export interface WebhookNames<Name extends string, Defaulted extends string> {
  readonly url: Name
  readonly secret: Name
  readonly privateAllowed: Defaulted
}

/** `null`: there is no webhook. */
export function readWebhook<Name extends string, Defaulted extends Name>(
  reader: WebhookReader<Name, Defaulted>,
  names: WebhookNames<NoInfer<Name>, NoInfer<Defaulted>>,
  production: boolean,
): WebhookConfig | null {
  const url = reader.read(names.url, urlOf('https', 'http'), null)
  const secret = reader.read(names.secret, randomText, null)
  const privateAllowed = reader.readOrDefault(names.privateAllowed, flag)
  if (url === null) return null
  reader.check([names.secret, names.url], secret !== null, `is required with ${names.url}.`)
  requireHttps(reader, names.url, new URL(url), production)
  reader.check(
    [names.url, names.privateAllowed],
    privateAllowed || !isLoopback(new URL(url)),
    `is an address of this machine, which requires ${names.privateAllowed}=on.`,
  )
  return secret === null ? null : { url: new Secret(url), secret, privateAllowed }
}
