import type { EnvReader } from './env-reader.ts'
import { oneOf } from './rules.ts'
import { type Pepper, peppers } from './secret-rules.ts'

/** What concerns gateways in front of the service. */
export interface GatewayConfig {
  /** Null: no gateway signs. All are accepted. */
  readonly secrets: readonly Pepper[] | null
  /** Whom `_service` answers: everybody, or signed gateways alone. */
  readonly serviceSdl: 'open' | 'gateway'
}

export function readGateway(
  reader: EnvReader,
  { production, introspection }: { readonly production: boolean; readonly introspection: boolean },
): GatewayConfig {
  const otherwise = production && !introspection ? 'gateway' : 'open'
  return {
    secrets: reader.read('GATEWAY_SECRETS', peppers, null),
    serviceSdl: reader.read('SERVICE_SDL', oneOf('open', 'gateway'), otherwise),
  }
}
