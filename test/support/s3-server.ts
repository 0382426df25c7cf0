import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'

/** The parts of a request that Signature Version 4 covers. */
export interface SignedParts {
  readonly method: string
  /** Path and query, as in the request line. */
  readonly target: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly signedHeaders: readonly string[]
  /** `date/region/service/aws4_request`. */
  readonly scope: string
  readonly secretKey: string
}

const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest()
const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex')

/** The signature of a request (AWS Signature Version 4), computed as the documentation of Amazon S3 describes it. */
export function signatureOf(parts: SignedParts): string {
  const { method, target, headers, signedHeaders, scope, secretKey } = parts
  const [path = '', query = ''] = target.split('?')
  const canonical = [
    method,
    path,
    query.split('&').toSorted().join('&'),
    ...signedHeaders.map((name) => `${name}:${String(headers[name] ?? '').trim()}`),
    '',
    signedHeaders.join(';'),
    String(headers['x-amz-content-sha256']),
  ].join('\n')
  const text = ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), scope, sha256(canonical)].join('\n')
  const key = scope.split('/').reduce((parent, part) => hmac(parent, part), Buffer.from(`AWS4${secretKey}`))
  return hmac(key, text).toString('hex')
}

/** A stand-in for an S3-compatible service with one bucket. It verifies the signature and the digest of each request. */
export class S3Server {
  static readonly keyId = 'AKIDTEST'
  static readonly secretKey = 'a-secret-key-of-the-tests/0123456789+'
  readonly #server: Server
  readonly objects = new Map<string, Buffer>()
  /** Method and target of each request. */
  readonly requests: string[] = []
  /** `damage` stores other bytes than it received; `hang` does not respond. */
  mood: 'well' | 'damage' | 'hang' | 'fail' = 'well'
  /** Names per page of a list. */
  pageSize = 2

  private constructor() {
    this.#server = createServer(async (request, response) => {
      this.requests.push(`${request.method} ${request.url}`)
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      if (this.mood === 'hang') return
      const [status, body] = this.#answer(request, Buffer.concat(chunks))
      response.writeHead(status).end(body)
    })
  }

  static async open(): Promise<S3Server> {
    const server = new S3Server()
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The server is closed.')
    return `http://127.0.0.1:${address.port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #answer(request: IncomingMessage, body: Buffer): [number, Buffer | string] {
    if (this.mood === 'fail') return [503, error('SlowDown')]
    const problem = problemOf(request, body)
    if (problem !== null) return [403, error(problem)]
    const url = new URL(request.url ?? '', this.url)
    const [bucket, ...rest] = url.pathname.slice(1).split('/')
    if (bucket !== 'audit') return [404, error('NoSuchBucket')]
    const key = rest.join('/')
    if (url.searchParams.get('list-type') === '2') return [200, this.#list(url.searchParams)]
    if (request.method === 'GET') return this.#get(key)
    const source = request.headers['x-amz-copy-source']
    if (typeof source === 'string') {
      this.objects.set(key, this.objects.get(source.replace('/audit/', '')) ?? Buffer.alloc(0))
      return [200, '<CopyObjectResult></CopyObjectResult>']
    }
    this.objects.set(key, this.mood === 'damage' ? Buffer.concat([body, Buffer.from('x')]) : body)
    return [200, '']
  }

  #get(key: string): [number, Buffer | string] {
    const found = this.objects.get(key)
    return found === undefined ? [404, error('NoSuchKey')] : [200, found]
  }

  #list(query: URLSearchParams): string {
    const names = [...this.objects.keys()]
      .filter((key) => key.startsWith(query.get('prefix') ?? ''))
      .toSorted()
    const from = Number(query.get('continuation-token') ?? '0')
    const next = from + this.pageSize
    const keys = names.slice(from, next).map((name) => `<Contents><Key>${name}</Key></Contents>`)
    const more = next < names.length ? `<NextContinuationToken>${next}</NextContinuationToken>` : ''
    return `<ListBucketResult>${keys.join('')}${more}</ListBucketResult>`
  }
}

function error(code: string): string {
  return `<Error><Code>${code}</Code><Message>${S3Server.secretKey}</Message></Error>`
}

/** Why a request is refused; null if its signature and its digest are right. */
function problemOf({ method = '', url = '', headers }: IncomingMessage, body: Buffer): string | null {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/
  const [, keyId, scope = '', names = '', signature] = pattern.exec(headers.authorization ?? '') ?? []
  const signedHeaders = names.split(';')
  if (keyId !== S3Server.keyId || !signedHeaders.includes('x-amz-content-sha256')) return 'AccessDenied'
  if (headers['x-amz-content-sha256'] !== sha256(body)) return 'XAmzContentSHA256Mismatch'
  const { secretKey } = S3Server
  const expected = signatureOf({ method, target: url, headers, signedHeaders, scope, secretKey })
  return signature === expected ? null : 'SignatureDoesNotMatch'
}
