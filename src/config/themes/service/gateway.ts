import type { SdlAccess } from '../../../domain/access/sdl-access.ts'
import type { IdentifiedSecret } from '../../../lib/crypto/secret.ts'
import { isObject, parseJson } from '../../../lib/text/json.ts'
import type { EnvReader } from '../../env-reader.ts'
import { oneOf } from '../../rules/choice-rules.ts'
import type { Rule } from '../../rules/rule.ts'
import { identifiedSecrets } from '../../rules/secret-rules.ts'
import type { Variables } from '../../variable.ts'

export const gatewayVariables = {
  GATEWAY_SECRETS: {
    unset: 'none',
    secret: true,
    description:
      'Secrets with which gateways sign the `x-gatehouse-edge` header (`docs/gateways.md`): `id:secret,id2:secret2`, each secret at least 32 random characters; all are accepted. To rotate: append the new one, roll out everywhere, let the gateways sign with it, remove the old one.',
  },
  SERVICE_SDL: {
    unset: '`open` outside production or with `INTROSPECTION`, else `gateway`',
    description:
      'Who can read the SDL from `_service`: every client (`open`), or only gateways that sign their requests (`gateway`).',
  },
  PERSISTED_DOCUMENTS: {
    default: 'off',
    description:
      '`allow` lets clients send the hash of a document in `PERSISTED_DOCUMENTS_FILE` instead of its text. `only` rejects every other document, except from gateways that sign their requests. `off` disables hashes.',
  },
  PERSISTED_DOCUMENTS_FILE: {
    unset: 'none',
    description:
      'The manifest: a JSON object of hashes and documents, as GraphQL Code Generator writes it. Read at start.',
  },
} as const satisfies Variables

/** Settings for gateways in front of the service, and for the documents that clients can run. */
export interface GatewayConfig {
  /** All are accepted. `null`: gateways do not sign. */
  readonly secrets: readonly IdentifiedSecret[] | null
  readonly serviceSdl: SdlAccess
  /** Documents by hash, and whether clients can run only these. `null`: hashes are disabled. */
  readonly documents: { readonly documents: ReadonlyMap<string, string>; readonly only: boolean } | null
}

type GatewayReader = EnvReader<typeof gatewayVariables>

export function readGateway(
  reader: GatewayReader,
  { production, introspection }: { readonly production: boolean; readonly introspection: boolean },
): GatewayConfig {
  const fallback = production && !introspection ? 'gateway' : 'open'
  return {
    secrets: reader.read('GATEWAY_SECRETS', identifiedSecrets, null),
    serviceSdl: reader.read('SERVICE_SDL', oneOf('open', 'gateway'), fallback),
    documents: readDocuments(reader),
  }
}

function readDocuments(reader: GatewayReader): GatewayConfig['documents'] {
  const mode = reader.readOrDefault('PERSISTED_DOCUMENTS', oneOf('off', 'allow', 'only'))
  const documents = reader.readFile('PERSISTED_DOCUMENTS_FILE', manifest, null)
  if (mode === 'off') return null
  reader.check(
    ['PERSISTED_DOCUMENTS', 'PERSISTED_DOCUMENTS_FILE'],
    documents !== null,
    'requires PERSISTED_DOCUMENTS_FILE.',
  )
  return documents === null ? null : { documents, only: mode === 'only' }
}

const manifest: Rule<ReadonlyMap<string, string>> = {
  expected: 'a JSON file such as {"<hash>": "query …"}, each hash 1 to 128 of A-Z a-z 0-9 _ : -',
  parse: (text) => {
    const value = parseJson(text)
    if (!isObject(value)) return null
    const documents = new Map<string, string>()
    for (const [hash, document] of Object.entries(value)) {
      if (!/^[A-Za-z0-9_:-]{1,128}$/.test(hash) || typeof document !== 'string') return null
      documents.set(hash, document)
    }
    return documents
  },
}
