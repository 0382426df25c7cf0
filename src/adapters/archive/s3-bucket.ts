import { AwsClient } from 'aws4fetch'
import type { S3Location } from '../../config/themes/operations/audit.ts'
import { sha256, toHex } from '../../lib/crypto/digest.ts'
import { readBounded } from '../../lib/network/bounded-body.ts'
import type { CircuitBreaker } from '../failover/circuit-breaker.ts'

export interface S3BucketDeps {
  readonly location: S3Location
  readonly breaker: CircuitBreaker
  /** Time limit of a request, from the connection to the last byte of the response. Default: 2 minutes. */
  readonly totalMs?: number
}

interface S3Request {
  readonly method: 'GET' | 'PUT'
  readonly name: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer>
}

const defaultTotalMs = 120_000
const maxErrorBytes = 16 * 1024
/** A page of a list has at most 1000 names of at most 1024 bytes, with their properties. */
const maxListBytes = 4 * 1024 * 1024

/**
 * Objects of an S3-compatible service under one prefix. Requests are signed (AWS Signature Version 4, with the SHA-256 of the body, so that
 * the service refuses damaged bodies), follow no redirect and are not repeated.
 */
export class S3Bucket {
  readonly #deps: S3BucketDeps
  readonly #client: AwsClient

  constructor(deps: S3BucketDeps) {
    this.#deps = deps
    const { keyId, secretKey, region } = deps.location
    const credentials = { accessKeyId: keyId.reveal(), secretAccessKey: secretKey.reveal() }
    this.#client = new AwsClient({ ...credentials, region, service: 's3', retries: 0 })
  }

  /** Writes an object, and replaces one of the same name. */
  async put(name: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#expect({ method: 'PUT', name, body })
  }

  /** Copies an object within the bucket. */
  async copy(from: string, to: string): Promise<void> {
    const { bucket, prefix } = this.#deps.location
    const response = await this.#send({
      method: 'PUT',
      name: to,
      headers: { 'x-amz-copy-source': `/${bucket}/${prefix}${from}` },
    })
    const text = (await readBounded(response, maxErrorBytes)).toString()
    // A copy can fail after the status line was sent.
    if (!response.ok || text.includes('<Error>')) throw failure(response.status, text)
  }

  /** The response with the bytes of an object; null if there is none. The caller reads or cancels its body. */
  async get(name: string): Promise<Response | null> {
    const response = await this.#send({ method: 'GET', name })
    if (response.ok) return response
    const text = (await readBounded(response, maxErrorBytes)).toString()
    if (response.status === 404 && !text.includes('NoSuchBucket')) return null
    throw failure(response.status, text)
  }

  /** The names of all objects, without the prefix. */
  async list(): Promise<readonly string[]> {
    const { prefix } = this.#deps.location
    const names: string[] = []
    let next: string | null = null
    do {
      const token: string = next === null ? '' : `continuation-token=${encodeURIComponent(next)}&`
      const query = `${token}list-type=2&prefix=${encodeURIComponent(prefix)}`
      const page = await this.#expect({ method: 'GET', name: '', query }, maxListBytes)
      for (const [, key = ''] of page.matchAll(/<Key>([^<]*)<\/Key>/g)) names.push(key.slice(prefix.length))
      next = /<NextContinuationToken>([^<]+)<\/NextContinuationToken>/.exec(page)?.[1] ?? null
    } while (next !== null)
    return names
  }

  async #expect(request: S3Request, maxBytes = maxErrorBytes): Promise<string> {
    const response = await this.#send(request)
    const text = (await readBounded(response, maxBytes)).toString()
    if (!response.ok) throw failure(response.status, text)
    return text
  }

  #send({ method, name, query = '', headers = {}, body }: S3Request): Promise<Response> {
    const { location, breaker, totalMs = defaultTotalMs } = this.#deps
    const key = query === '' ? `/${location.prefix}${name}` : ''
    const url = new URL(`/${location.bucket}${key}${query === '' ? '' : `?${query}`}`, location.endpoint)
    const digest = toHex(sha256(body ?? ''))
    return breaker.run(async () => {
      const signed = await this.#client.sign(url, {
        method,
        headers: { ...headers, 'x-amz-content-sha256': digest },
      })
      const response = await fetch(url, {
        method,
        headers: signed.headers,
        redirect: 'error',
        signal: AbortSignal.timeout(totalMs),
        ...(body === undefined ? {} : { body }),
      })
      if (response.status < 500) return response
      throw failure(response.status, (await readBounded(response, maxErrorBytes)).toString())
    })
  }
}

/** Names the code of the service, such as AccessDenied. The rest of its message is not repeated. */
function failure(status: number, text: string): Error {
  const code = /<Code>([A-Za-z0-9]{1,64})<\/Code>/.exec(text)?.[1] ?? 'no code'
  return new Error(`The storage of the audit archive responded with ${status} ${code}.`)
}
