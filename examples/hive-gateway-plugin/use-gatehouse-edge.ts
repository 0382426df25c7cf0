import { type EdgeKey, signEdge } from './sign-edge.ts'

/** The part of Hive Gateway's `onFetch` payload that this plugin uses. */
export interface FetchPayload {
  readonly url: string
  readonly options: RequestInit
  setOptions(options: RequestInit): void
  /** The context of the client's operation; absent for requests of the gateway itself, such as schema polling. */
  readonly context?: GatewayContext | undefined
}

export interface GatewayContext {
  /** Always set, even without a client. */
  readonly log?: unknown
  readonly request?: Request
  /** Node's request, if the gateway runs on node:http. */
  readonly req?: { readonly socket?: { readonly remoteAddress?: string | undefined } | undefined }
}

export interface GatehouseEdgeOptions {
  readonly key: EdgeKey
  /** The URL at which the gateway reaches Gatehouse, as in the supergraph. Other requests are not signed. */
  readonly url: string
  /**
   * Defaults to the address of the socket. Behind a proxy, return the address from the header that the proxy
   * overwrites.
   */
  readonly clientAddress?: (context: GatewayContext) => string | null
}

/** A plugin for Hive Gateway: adds a signed header that names the client of a request. */
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
  const [withoutQuery] = target.split('?')
  return withoutQuery === url
}

/** The bytes to sign; null for a streamed body, which cannot be signed because its bytes are not known in advance. */
function signedBytes(url: string, { method = 'GET', body }: RequestInit): string | Uint8Array | null {
  if (method.toUpperCase() === 'GET') return url.includes('?') ? url.slice(url.indexOf('?') + 1) : ''
  return typeof body === 'string' || body instanceof Uint8Array ? body : null
}
