import { type EdgeKey, signEdge } from './sign-edge.ts'

/** What Hive Gateway hands to `onFetch`, as far as this plugin looks at it. */
export interface FetchPayload {
  readonly url: string
  readonly options: RequestInit
  setOptions(options: RequestInit): void
  /** What the gateway knows of the client's operation; absent for requests of its own, such as polling a schema. */
  readonly context?: GatewayContext | undefined
}

export interface GatewayContext {
  /** Always there, also where there is no client. */
  readonly log?: unknown
  readonly request?: Request
  /** Node's own request, when the gateway runs on node:http. */
  readonly req?: { readonly socket?: { readonly remoteAddress?: string | undefined } | undefined }
}

export interface GatehouseEdgeOptions {
  readonly key: EdgeKey
  /** Where the gateway reaches Gatehouse; nothing else is signed. */
  readonly url: string
  /** Default: the address of the socket. Behind a proxy, read what that proxy is known to write. */
  readonly clientAddress?: (context: GatewayContext) => string | null
}

/** A plugin for Hive Gateway: tells Gatehouse, under a signature, which client a request is for. */
export function useGatehouseEdge({ key, url, clientAddress = socketAddress }: GatehouseEdgeOptions) {
  return {
    onFetch({ url: target, options, setOptions, context = {} }: FetchPayload): void {
      const body = signedBytes(target, options)
      if (!isGatehouse(target, url) || body === null) return
      const { headers } = context.request ?? {}
      const client = {
        address: clientAddress(context),
        userAgent: headers?.get('user-agent') ?? null,
        origin: headers?.get('origin') ?? null,
      }
      const given = Object.fromEntries(new Headers(options.headers))
      setOptions({ ...options, headers: { ...given, 'x-gatehouse-edge': signEdge(key, client, body) } })
    },
  }
}

function socketAddress({ req }: GatewayContext): string | null {
  return req?.socket?.remoteAddress ?? null
}

function isGatehouse(target: string, url: string): boolean {
  const [at = ''] = target.split('?')
  return at === url
}

/** Null for what cannot be signed: bytes that only become known while they are sent. */
function signedBytes(url: string, { method = 'GET', body }: RequestInit): string | Uint8Array | null {
  if (method.toUpperCase() === 'GET') return url.includes('?') ? url.slice(url.indexOf('?') + 1) : ''
  return typeof body === 'string' || body instanceof Uint8Array ? body : null
}
