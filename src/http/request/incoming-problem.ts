import type { IncomingMessage } from 'node:http'
import { BoundedMap } from '../../lib/collections/bounded-map.ts'

/** Only a path in visible ASCII: no absolute form, no `*`, no control characters (RFC 9112, 3.2). */
const originForm = /^\/[\x21-\x7e]*$/
const hostPattern = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/i
const maxHostLength = 255
const maxHeaders = 100
/**
 * A proxy and this process can read repeated lines of these differently (OWASP ASVS 5.0, 4.2.1 and 15.3.7). Not in the set:
 * X-Forwarded-For and Forwarded, to which HAProxy adds a second line, and Cookie, which HTTP/2 splits into several lines.
 */
const singletons: ReadonlySet<string> = new Set([
  'accept',
  'authorization',
  'content-length',
  'content-type',
  'host',
  'origin',
  'sec-fetch-site',
  'transfer-encoding',
  'user-agent',
  'x-api-key',
  'x-csrf-token',
  'x-gatehouse-edge',
])

export interface IncomingProblem {
  readonly status: 400 | 431
  readonly message: string
}

/** Why a request is refused before a URL is built from it; null if it is valid. */
export function incomingProblem(incoming: IncomingMessage): IncomingProblem | null {
  if (incoming.rawHeaders.length > 2 * maxHeaders)
    return { status: 431, message: `A request can have at most ${maxHeaders} headers.` }
  const message = syntaxProblem(incoming)
  return message === null ? null : { status: 400, message }
}

function syntaxProblem(incoming: IncomingMessage): string | null {
  if (!originForm.test(incoming.url ?? '')) return 'The request target must be a path.'
  const seen = new Set<string>()
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    const name = incoming.rawHeaders[index]?.toLowerCase() ?? ''
    if (!singletons.has(name)) continue
    if (seen.has(name)) return `The header ${name} was sent twice.`
    seen.add(name)
  }
  return isHost(incoming.headers.host ?? '') ? null : 'The Host header is not valid.'
}

/** Valid values of the latest requests: most requests of a process have the same one. */
const validHosts = new BoundedMap<string, true>(100)

function isHost(host: string): boolean {
  if (validHosts.get(host) === true) return true
  const isValid = host.length <= maxHostLength && hostPattern.test(host) && URL.canParse(`http://${host}/`)
  if (isValid) validHosts.set(host, true)
  return isValid
}
