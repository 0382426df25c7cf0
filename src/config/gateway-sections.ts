import type { EnvReader } from './env-reader.ts'
import { oneOf, type Rule } from './rules.ts'
import { type Pepper, peppers } from './secret-rules.ts'

/** What concerns gateways in front of the service. */
export interface GatewayConfig {
  /** Null: no gateway signs. All are accepted. */
  readonly secrets: readonly Pepper[] | null
  /** Whom `_service` answers: everybody, or signed gateways alone. */
  readonly serviceSdl: 'open' | 'gateway'
  /** What clients may name by its hash, and whether they may run nothing else; null: nothing. */
  readonly documents: { readonly documents: ReadonlyMap<string, string>; readonly only: boolean } | null
}

export function readGateway(
  reader: EnvReader,
  { production, introspection }: { readonly production: boolean; readonly introspection: boolean },
): GatewayConfig {
  const otherwise = production && !introspection ? 'gateway' : 'open'
  return {
    secrets: reader.read('GATEWAY_SECRETS', peppers, null),
    serviceSdl: reader.read('SERVICE_SDL', oneOf('open', 'gateway'), otherwise),
    documents: readDocuments(reader),
  }
}

function readDocuments(reader: EnvReader): GatewayConfig['documents'] {
  const mode = reader.readOrDefault('PERSISTED_DOCUMENTS', oneOf('off', 'allow', 'only'))
  const documents = reader.readFile('PERSISTED_DOCUMENTS_FILE', manifest, null)
  if (mode === 'off') return null
  reader.check(
    ['PERSISTED_DOCUMENTS', 'PERSISTED_DOCUMENTS_FILE'],
    documents !== null,
    'wants PERSISTED_DOCUMENTS_FILE too.',
  )
  return documents === null ? null : { documents, only: mode === 'only' }
}

const manifest: Rule<ReadonlyMap<string, string>> = {
  wants: 'a file of JSON such as {"<hash>": "query …"}, each hash 1 to 128 of A-Z a-z 0-9 _ : -',
  parse: (text) => {
    const value = parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    const documents = new Map<string, string>()
    for (const [hash, document] of Object.entries(value)) {
      if (!/^[A-Za-z0-9_:-]{1,128}$/.test(hash) || typeof document !== 'string') return null
      documents.set(hash, document)
    }
    return documents
  },
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
