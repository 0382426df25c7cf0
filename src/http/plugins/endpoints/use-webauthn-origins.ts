import type { PasskeyRp } from '../../../domain/factors/passkey-rp.ts'
import { jsonResponse } from '../../answer/json-response.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import { readEndpoint } from './endpoint.ts'

const path = '/.well-known/webauthn'

/**
 * Publishes the origins that may use the passkeys (WebAuthn section 5.11). A browser reads it from the host of the RP id if
 * a page of another domain uses a passkey.
 */
export function useWebauthnOrigins(
  contexts: RequestContexts,
  { origins }: Pick<PasskeyRp, 'origins'>,
): HttpPlugin {
  const published = { origins: origins.filter((origin) => origin.startsWith('http')) }
  return readEndpoint(contexts, path, () =>
    jsonResponse(200, published, { 'cache-control': 'public, max-age=300' }),
  )
}
